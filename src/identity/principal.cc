#include "identity/principal.h"

#include "store/groups.h"

namespace slipway::identity {

Result<Principal> principal_of(store::ReadTransaction& tx, const store::UserRow& user) {
  Principal out;
  out.user = user.name;
  out.admin = user.admin;
  out.must_change_password = user.must_change_password;
  TRY_ASSIGN(const auto memberships, store::groups::of_user(tx, user.name));
  for (const store::groups::Membership& membership : memberships) {
    out.groups.push_back(membership.group);
    if (membership.admin) out.admin_of.push_back(membership.group);
  }
  return out;
}

}  // namespace slipway::identity
