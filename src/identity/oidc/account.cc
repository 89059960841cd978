#include "identity/oidc/account.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "base/json.h"
#include "store/audit.h"
#include "store/groups.h"
#include "store/users.h"

namespace slipway::identity::oidc {
namespace {

using store::UserRow;
using store::WriteTransaction;
using Memberships = std::vector<store::groups::Membership>;

Result<UserRow> make_user(WriteTransaction& tx, const Person& person, const Config& config,
                          Timestamp now) {
  if (!config.open_registration) {
    return fail(ErrorCode::kDenied,
                fmt::format("there is no user for '{}' yet, and only known users may sign in; ask "
                            "a platform admin",
                            person.name));
  }
  TRY_ASSIGN(const auto namesake, store::users::find(tx, person.name));
  if (namesake) {
    return fail(ErrorCode::kConflict,
                fmt::format("there is another user '{0}' already, who does not belong to this "
                            "account of the OpenID provider and is not handed over to it; ask a "
                            "platform admin to delete that user, or take another user name at the "
                            "provider",
                            person.name));
  }
  UserRow row;
  row.name = person.name;
  row.created_at = now;
  row.display_name = person.display_name;
  row.email = person.email;
  row.external_id = person.external_id;
  TRY(store::users::insert(tx, row));
  return row;
}

// What the provider told last; nothing is taken away that it does not tell.
Result<void> refresh(WriteTransaction& tx, UserRow& row, const Person& person,
                     const Config& config) {
  UserRow next = row;
  if (!person.display_name.empty()) next.display_name = person.display_name;
  if (!person.email.empty()) next.email = person.email;
  next.admin = platform_admin(person.groups, config).value_or(next.admin);
  if (next == row) return {};
  ++next.generation;
  row = next;
  return store::users::update(tx, row);
}

Result<void> set_memberships(WriteTransaction& tx, const std::string& user, const Person& person,
                             const Config& config) {
  for (const MappedGroup& wanted : mapped_groups(person.groups, config.groups)) {
    TRY_ASSIGN(const auto group, store::groups::find(tx, wanted.group));
    if (!group) continue;
    if (wanted.member) {
      TRY(store::groups::put_member(tx, wanted.group, {.user = user, .admin = wanted.admin}));
    } else {
      TRY(store::groups::remove_member(tx, wanted.group, user));
    }
  }
  return {};
}

std::string shown(const UserRow& row, const Memberships& memberships) {
  Json groups = Json::array();
  for (const auto& membership : memberships) {
    groups.push_back(membership.group + (membership.admin ? ":admin" : ""));
  }
  return dump_json({{"name", row.name},
                    {"display_name", row.display_name},
                    {"email", row.email},
                    {"admin", row.admin},
                    {"external_id", row.external_id},
                    {"groups", std::move(groups)}});
}

}  // namespace

Result<UserRow> settle_account(WriteTransaction& tx, const Person& person, const Config& config,
                               const std::string& source_address, Timestamp now) {
  TRY_ASSIGN(std::optional<UserRow> known,
             store::users::find_by_external_id(tx, person.external_id));
  if (known && known->disabled) {
    return fail(ErrorCode::kDenied,
                fmt::format("the user '{}' is disabled; ask a platform admin", known->name));
  }
  std::string before;
  if (known) {
    TRY_ASSIGN(const Memberships held, store::groups::of_user(tx, known->name));
    before = shown(*known, held);
  } else {
    TRY_ASSIGN(known, make_user(tx, person, config, now));
  }
  TRY(refresh(tx, *known, person, config));
  TRY(set_memberships(tx, known->name, person, config));
  TRY_ASSIGN(const Memberships holds, store::groups::of_user(tx, known->name));
  std::string after = shown(*known, holds);
  if (before == after) {
    before.clear();
    after.clear();
  }
  TRY(store::audit::append(tx, {.time = now,
                                .actor = known->name,
                                .source = source_address,
                                .action = "session.sign_in",
                                .object = known->name,
                                .detail = "through " + config.issuer,
                                .before = before,
                                .after = after}));
  return std::move(*known);
}

Result<void> record_refusal(WriteTransaction& tx, const std::string& source_address,
                            const std::string& reason, Timestamp now) {
  return store::audit::append(tx, {.time = now,
                                   .actor = "",
                                   .source = source_address,
                                   .action = "session.refused",
                                   .object = "",
                                   .detail = reason});
}

}  // namespace slipway::identity::oidc
