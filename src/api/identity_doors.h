#pragma once
// What the API asks of identity, as functions: main hands in those of identity::Accounts, tests
// their own. Any thread.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/accounts.h"
#include "identity/principal.h"
#include "identity/tokens.h"

namespace slipway::api {

struct IdentityDoors {
  // Contracts as in identity/accounts.h and identity/tokens.h.
  std::function<Result<identity::Principal>(std::string_view credential)> authenticate;
  std::function<Result<identity::IssuedToken>(const std::string& user, const std::string& password,
                                              const std::string& source_address,
                                              const std::string& token_name)>
      sign_in;
  std::function<Result<identity::IssuedToken>(const identity::NewToken& wanted,
                                              const std::string& source_address)>
      issue;
  std::function<Result<std::vector<identity::ApiToken>>(const std::string& user)> list;
  std::function<Result<void>(const std::string& user, const std::string& token_id,
                             const std::string& source_address)>
      revoke;
};

// `accounts` outlives what is returned.
IdentityDoors doors_of(identity::Accounts& accounts);

}  // namespace slipway::api
