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
  doors.begin_session = [&](const std::string& user, const std::string& password,
                            const std::string& source) {
    return accounts.begin_session(user, password, source);
  };
  doors.sign_in_wait = [&](const std::string& user, const std::string& source) {
    return accounts.sign_in_wait(user, source);
  };
  doors.session = [&](std::string_view secret) { return accounts.sessions().authenticate(secret); };
  doors.end_session = [&](std::string_view secret, const std::string& source) {
    return accounts.sessions().end(secret, source);
  };
  doors.change_password = [&](const std::string& user, const std::string& old_password,
                              const std::string& new_password, const std::string& source) {
    return accounts.change_password(user, old_password, new_password, source);
  };
  doors.issue = [&](const identity::NewToken& wanted, const std::string& source) {
    return accounts.tokens().issue(wanted, source);
  };
  doors.list = [&](const std::string& user) { return accounts.tokens().list(user); };
  doors.revoke = [&](const std::string& user, const std::string& id, const std::string& actor,
                     const std::string& source) {
    return accounts.tokens().revoke(user, id, actor, source);
  };
  return doors;
}

}  // namespace slipway::api
