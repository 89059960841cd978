#pragma once
// Who a request comes from, as found out from a credential. A plain value; api turns it into
// control's Caller.

#include <string>
#include <vector>

#include "base/result.h"
#include "store/transaction.h"
#include "store/users.h"

namespace slipway::identity {

struct Principal {
  std::string user;
  bool admin = false;
  std::vector<std::string> groups;
  bool may_write = false;                  // false for a read-only token
  std::string token_id = {};               // the API token that was shown; "": a session
  std::vector<std::string> admin_of = {};  // of `groups`, those that the user administers
  // Nothing but that, signing out and seeing who one is, is allowed before.
  bool must_change_password = false;
  bool operator==(const Principal&) const = default;
};

// Who the user is now; `may_write` and `token_id` are the credential's to say.
Result<Principal> principal_of(store::ReadTransaction& tx, const store::UserRow& user);

}  // namespace slipway::identity
