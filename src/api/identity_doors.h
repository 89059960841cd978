#pragma once
// What the API asks of identity, as functions: main hands in those of identity::Accounts, tests
// their own. Any thread.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identity/accounts.h"
#include "identity/principal.h"
#include "identity/sessions.h"
#include "identity/tokens.h"

namespace slipway::api {

struct IdentityDoors {
  // Contracts as in identity/accounts.h, sessions.h and tokens.h.
  std::function<Result<identity::Principal>(std::string_view credential)> authenticate;
  std::function<Result<identity::IssuedToken>(const std::string& user, const std::string& password,
                                              const std::string& source_address,
                                              const std::string& token_name)>
      sign_in;
  std::function<Result<identity::NewSession>(const std::string& user, const std::string& password,
                                             const std::string& source_address)>
      begin_session;
  std::function<std::optional<std::chrono::seconds>(const std::string& user,
                                                    const std::string& source_address)>
      sign_in_wait;
  std::function<Result<identity::SignedIn>(std::string_view secret)> session;
  std::function<Result<void>(std::string_view secret, const std::string& source_address)>
      end_session;
  std::function<Result<identity::NewSession>(
      const std::string& user, const std::string& old_password, const std::string& new_password,
      const std::string& source_address)>
      change_password;
  std::function<Result<identity::IssuedToken>(const identity::NewToken& wanted,
                                              const std::string& source_address)>
      issue;
  std::function<Result<std::vector<identity::ApiToken>>(const std::string& user)> list;
  std::function<Result<void>(const std::string& user, const std::string& token_id,
                             const std::string& actor, const std::string& source_address)>
      revoke;
};

// `accounts` outlives what is returned.
IdentityDoors doors_of(identity::Accounts& accounts);

}  // namespace slipway::api
