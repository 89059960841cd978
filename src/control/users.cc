#include "control/users.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "control/audit_record.h"
#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/people.h"
#include "control/people_access.h"
#include "control/people_record.h"
#include "domain/name_rules.h"
#include "domain/text_rules.h"
#include "identity/password.h"
#include "store/groups.h"
#include "store/sessions.h"
#include "store/users.h"

namespace slipway::control {
namespace {

using store::ReadTransaction;
using store::UserRow;
using store::WriteTransaction;

Result<UserRow> find_user(ReadTransaction& tx, const std::string& name) {
  TRY_ASSIGN(auto found, store::users::find(tx, name));
  if (found) return std::move(*found);
  return fail(ErrorCode::kNotFound, fmt::format("there is no user '{}'", domain::shortened(name)));
}

Result<UserView> view_of(ReadTransaction& tx, const UserRow& row) {
  UserView out{.name = row.name,
               .display_name = row.display_name,
               .email = row.email,
               .admin = row.admin,
               .disabled = row.disabled,
               .must_change_password = row.must_change_password,
               .external = !row.external_id.empty(),
               .created_at = row.created_at,
               .generation = row.generation};
  TRY_ASSIGN(const auto memberships, store::groups::of_user(tx, row.name));
  for (const auto& membership : memberships) {
    out.groups.push_back({membership.group, membership.admin});
  }
  return out;
}

std::vector<FieldError> problems_of(const UserRow& row) {
  std::vector<FieldError> out;
  const auto note = [&out](const char* path, std::optional<std::string> problem) {
    if (problem) out.push_back({path, std::move(*problem)});
  };
  note("name", domain::check_user_name(row.name));
  note("display_name", domain::check_display_name(row.display_name));
  note("email", domain::check_email(row.email));
  return out;
}

// Without one nobody could ever make another.
Result<void> check_an_admin_stays(ReadTransaction& tx, const std::string& without) {
  TRY_ASSIGN(const std::vector<UserRow> all, store::users::all(tx));
  const bool stays = std::any_of(all.begin(), all.end(), [&](const UserRow& user) {
    return user.admin && !user.disabled && user.name != without;
  });
  if (stays) return {};
  return fail(
      ErrorCode::kConflict,
      fmt::format("'{}' is the last enabled platform admin; make another one first", without));
}

bool counts_as_admin(const UserRow& user) { return user.admin && !user.disabled; }

class StoredUsers final : public Users {
 public:
  explicit StoredUsers(const PeopleParts& parts) : parts_(parts) {}

  Result<std::vector<UserView>> list(const Caller& caller) override {
    TRY(check_platform_admin(caller));
    return parts_.store.read([](ReadTransaction& tx) -> Result<std::vector<UserView>> {
      TRY_ASSIGN(const std::vector<UserRow> rows, store::users::all(tx));
      std::vector<UserView> out;
      for (const UserRow& row : rows) {
        TRY_ASSIGN(out.emplace_back(), view_of(tx, row));
      }
      return out;
    });
  }

  Result<UserView> get(const Caller& caller, const std::string& name) override {
    TRY(check_platform_admin(caller));
    return parts_.store.read([&](ReadTransaction& tx) -> Result<UserView> {
      TRY_ASSIGN(const UserRow row, find_user(tx, name));
      return view_of(tx, row);
    });
  }

  Result<UserWithPassword> create(const Caller& caller, const NewUser& wanted) override {
    TRY(check_platform_admin_writes(caller));
    UserRow row;
    row.name = wanted.name;
    row.display_name = domain::trimmed(wanted.display_name);
    row.email = domain::trimmed(wanted.email);
    row.admin = wanted.admin;
    row.created_at = parts_.clock.now();
    row.must_change_password = wanted.must_change_password;
    std::vector<FieldError> problems = problems_of(row);
    if (wanted.password) {
      const auto fits = identity::check_password(*wanted.password);
      if (!fits) problems.push_back({"password", fits.error().message});
    }
    TRY(refuse_if_any("the user cannot be created", std::move(problems)));

    UserWithPassword out;
    if (!wanted.password) out.generated_password = identity::generate_password(parts_.random);
    TRY_ASSIGN(row.password_hash,
               hash(wanted.password ? *wanted.password : *out.generated_password));
    TRY_ASSIGN(out.user, parts_.store.write([&](WriteTransaction& tx) -> Result<UserView> {
      TRY(store::users::insert(tx, row));
      TRY(record_change(tx, caller, row.created_at,
                        {.action = "user.create", .object = row.name, .after = audit_value(row)}));
      return view_of(tx, row);
    }));
    return out;
  }

  Result<UserView> update(const Caller& caller, const std::string& name, const UserPatch& patch,
                          ExpectedGeneration expected) override {
    TRY(check_platform_admin_writes(caller));
    return parts_.store.write([&](WriteTransaction& tx) -> Result<UserView> {
      TRY_ASSIGN(UserRow row, find_user(tx, name));
      TRY(check_generation(fmt::format("user '{}'", name), row.generation, expected));
      const UserRow before = row;
      if (patch.display_name) row.display_name = domain::trimmed(*patch.display_name);
      if (patch.email) row.email = domain::trimmed(*patch.email);
      row.admin = patch.admin.value_or(row.admin);
      row.disabled = patch.disabled.value_or(row.disabled);
      TRY(refuse_if_any("the user cannot be changed", problems_of(row)));
      if (counts_as_admin(before) && !counts_as_admin(row)) TRY(check_an_admin_stays(tx, name));
      if (row == before) return view_of(tx, row);
      if (row.disabled) TRY(store::sessions::remove_of_user(tx, name));
      ++row.generation;
      TRY(store::users::update(tx, row));
      TRY(record_change(tx, caller, parts_.clock.now(),
                        {.action = "user.update",
                         .object = name,
                         .before = audit_value(before),
                         .after = audit_value(row)}));
      return view_of(tx, row);
    });
  }

  Result<UserWithPassword> reset_password(const Caller& caller, const std::string& name) override {
    TRY(check_platform_admin_writes(caller));
    UserWithPassword out;
    out.generated_password = identity::generate_password(parts_.random);
    TRY_ASSIGN(const std::string fresh, hash(*out.generated_password));
    TRY_ASSIGN(out.user, parts_.store.write([&](WriteTransaction& tx) -> Result<UserView> {
      TRY_ASSIGN(UserRow row, find_user(tx, name));
      if (!row.external_id.empty()) {
        return fail(ErrorCode::kConflict,
                    fmt::format("user '{}' signs in at an identity provider and has no password "
                                "here; it is reset there",
                                name));
      }
      const UserRow before = row;
      row.password_hash = fresh;
      row.must_change_password = true;
      ++row.generation;
      TRY(store::users::update(tx, row));
      TRY(store::sessions::remove_of_user(tx, name));
      TRY(record_change(tx, caller, parts_.clock.now(),
                        {.action = "user.reset_password",
                         .object = name,
                         .before = audit_value(before),
                         .after = audit_value(row)}));
      return view_of(tx, row);
    }));
    return out;
  }

  Result<void> remove(const Caller& caller, const std::string& name,
                      ExpectedGeneration expected) override {
    TRY(check_platform_admin_writes(caller));
    return parts_.store.write([&](WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(const UserRow row, find_user(tx, name));
      TRY(check_generation(fmt::format("user '{}'", name), row.generation, expected));
      if (counts_as_admin(row)) TRY(check_an_admin_stays(tx, name));
      TRY(store::users::remove(tx, name));
      return record_change(tx, caller, parts_.clock.now(),
                           {.action = "user.delete", .object = name, .before = audit_value(row)});
    });
  }

 private:
  // One at a time: each takes 64 MiB. Never inside of a transaction, where all writers would wait.
  Result<std::string> hash(const std::string& password) {
    const std::lock_guard one_at_a_time(hashing_);
    return identity::hash_password(password);
  }

  const PeopleParts parts_;
  std::mutex hashing_;
};

}  // namespace

std::unique_ptr<Users> make_users(const PeopleParts& parts) {
  return std::make_unique<StoredUsers>(parts);
}

}  // namespace slipway::control
