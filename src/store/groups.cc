#include "store/groups.h"

#include <fmt/format.h>

#include "store/database.h"

namespace slipway::store::groups {

Result<std::optional<domain::Group>> find(ReadTransaction& tx, std::string_view name) {
  Statement query = tx.database().prepare("SELECT name, display_name FROM groups WHERE name = ?");
  TRY_ASSIGN(const bool found, query.bind(name).step());
  if (!found) return std::nullopt;
  return domain::Group{query.text(0), query.text(1)};
}

Result<std::vector<domain::Group>> all(ReadTransaction& tx) {
  Statement query = tx.database().prepare("SELECT name, display_name FROM groups ORDER BY name");
  std::vector<domain::Group> out;
  while (true) {
    TRY_ASSIGN(const bool more, query.step());
    if (!more) return out;
    out.push_back({query.text(0), query.text(1)});
  }
}

Result<std::vector<std::string>> of_user(ReadTransaction& tx, std::string_view user) {
  Statement query = tx.database().prepare(
      "SELECT group_name FROM group_members WHERE user_name = ? ORDER BY group_name");
  query.bind(user);
  std::vector<std::string> out;
  while (true) {
    TRY_ASSIGN(const bool more, query.step());
    if (!more) return out;
    out.push_back(query.text(0));
  }
}

Result<void> insert(WriteTransaction& tx, const domain::Group& group) {
  TRY_ASSIGN(const int64_t written, tx.database()
                                        .prepare("INSERT INTO groups (name, display_name) "
                                                 "VALUES (?, ?) ON CONFLICT DO NOTHING")
                                        .bind(group.name)
                                        .bind(group.display_name)
                                        .run());
  if (written == 1) return {};
  return fail(ErrorCode::kConflict, fmt::format("there is a group '{}' already", group.name));
}

Result<void> add_member(WriteTransaction& tx, std::string_view group, std::string_view user) {
  auto written = tx.database()
                     .prepare(
                         "INSERT INTO group_members (group_name, user_name) VALUES (?, ?) "
                         "ON CONFLICT DO NOTHING")
                     .bind(group)
                     .bind(user)
                     .run();
  if (written) return {};
  if (written.error().code != ErrorCode::kConflict) return fail(written.error());
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no group '{}' or no user '{}'", group, user));
}

}  // namespace slipway::store::groups
