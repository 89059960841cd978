#pragma once
// The use cases around users: all of them for platform admins only. Made once by main; any thread.
// What people do about themselves (sign in, change their password) is identity's.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "control/caller.h"

namespace slipway::control {

struct Membership {
  std::string group;
  bool admin = false;
  bool operator==(const Membership&) const = default;
};

struct UserView {
  std::string name;
  std::string display_name;
  std::string email;
  bool admin = false;
  bool disabled = false;
  bool must_change_password = false;
  bool external = false;  // signs in at an identity provider
  Timestamp created_at{};
  std::vector<Membership> groups = {};  // by name
  int64_t generation = 1;
};

struct NewUser {
  std::string name;
  std::string display_name = {};
  std::string email = {};
  bool admin = false;
  std::optional<std::string> password = {};  // none: one is generated
  bool must_change_password = true;
};

struct UserPatch {
  std::optional<std::string> display_name = {};
  std::optional<std::string> email = {};
  std::optional<bool> admin = {};
  std::optional<bool> disabled = {};  // true: sessions end, tokens do not hold
};

struct UserWithPassword {
  UserView user;
  std::optional<std::string> generated_password = {};  // not to be had a second time
};

class Users {
 public:
  virtual ~Users() = default;

  virtual Result<std::vector<UserView>> list(const Caller&) = 0;  // by name
  virtual Result<UserView> get(const Caller&, const std::string& name) = 0;
  // kConflict when the name is taken.
  virtual Result<UserWithPassword> create(const Caller&, const NewUser&) = 0;
  // kConflict when it would leave no enabled platform admin.
  virtual Result<UserView> update(const Caller&, const std::string& name, const UserPatch&,
                                  ExpectedGeneration) = 0;
  // A new password that has to be changed at the next sign-in; all sessions end. kConflict for
  // somebody who signs in at an identity provider.
  virtual Result<UserWithPassword> reset_password(const Caller&, const std::string& name) = 0;
  // With memberships, tokens and sessions. kConflict for the last enabled platform admin.
  virtual Result<void> remove(const Caller&, const std::string& name, ExpectedGeneration) = 0;
};

}  // namespace slipway::control
