#include "api/identity_doors.h"

namespace slipway::api {

IdentityDoors doors_of(identity::Accounts& accounts) {
  IdentityDoors doors;
  doors.authenticate = [&](std::string_view credential) {
    return accounts.authenticate(credential);
  };
  doors.sign_in = [&](const std::string& user, const std::string& password,
                      const std::string& source, const std::string& token_name) {
    return accounts.sign_in(user, password, source, token_name);
  };
  doors.issue = [&](const identity::NewToken& wanted, const std::string& source) {
    return accounts.tokens().issue(wanted, source);
  };
  doors.list = [&](const std::string& user) { return accounts.tokens().list(user); };
  doors.revoke = [&](const std::string& user, const std::string& id, const std::string& source) {
    return accounts.tokens().revoke(user, id, source);
  };
  return doors;
}

}  // namespace slipway::api
