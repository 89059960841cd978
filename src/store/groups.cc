#include "store/groups.h"

#include <fmt/format.h>

#include "store/database.h"

namespace slipway::store::groups {
namespace {

domain::Group read_row(const Statement& row) {
  return {.name = row.text(0),
          .display_name = row.text(1),
          .deployment_enabled = row.integer(2) != 0,
          .quota = {.cpu_millis = row.optional_integer(3),
                    .memory_bytes = row.optional_integer(4),
                    .gpus = row.optional_integer(5),
                    .deployments = row.optional_integer(6)},
          .default_instance_type = row.text(7),
          .generation = row.integer(8)};
}

Result<void> read_instance_types(ReadTransaction& tx, domain::Group& group) {
  Statement query = tx.database().prepare(
      "SELECT instance_type FROM group_instance_types WHERE group_name = ? ORDER BY instance_type");
  query.bind(group.name);
  TRY_ASSIGN(group.instance_types, query.all([](const Statement& row) { return row.text(0); }));
  return {};
}

Result<void> write_instance_types(WriteTransaction& tx, const domain::Group& group) {
  TRY(tx.database()
          .prepare("DELETE FROM group_instance_types WHERE group_name = ?")
          .bind(group.name)
          .run());
  for (const std::string& type : group.instance_types) {
    const auto written = tx.database()
                             .prepare(
                                 "INSERT INTO group_instance_types (group_name, instance_type) "
                                 "VALUES (?, ?) ON CONFLICT DO NOTHING")
                             .bind(group.name)
                             .bind(type)
                             .run();
    if (written) continue;
    if (written.error().code != ErrorCode::kConflict) return fail(written.error());
    return fail(ErrorCode::kNotFound, fmt::format("there is no instance type '{}'", type));
  }
  return {};
}

Result<void> note_deployments(WriteTransaction& tx, std::string_view group) {
  Statement query = tx.database().prepare("SELECT id FROM deployments WHERE group_name = ?");
  query.bind(group);
  TRY_ASSIGN(const std::vector<std::string> ids,
             query.all([](const Statement& row) { return row.text(0); }));
  for (const std::string& id : ids) tx.note_desired(id);
  return {};
}

Failure unknown(std::string_view name) {
  return fail(ErrorCode::kNotFound, fmt::format("there is no group '{}'", name));
}

}  // namespace

Result<std::optional<domain::Group>> find(ReadTransaction& tx, std::string_view name) {
  Statement query = tx.database().prepare(
      "SELECT name, display_name, deployment_enabled, quota_cpu_millis, quota_memory_bytes, "
      "quota_gpus, quota_deployments, default_instance_type, generation FROM groups WHERE name = "
      "?");
  TRY_ASSIGN(const bool found, query.bind(name).step());
  if (!found) return std::nullopt;
  domain::Group group = read_row(query);
  TRY(read_instance_types(tx, group));
  return group;
}

Result<std::vector<domain::Group>> all(ReadTransaction& tx) {
  Statement query = tx.database().prepare(
      "SELECT name, display_name, deployment_enabled, quota_cpu_millis, quota_memory_bytes, "
      "quota_gpus, quota_deployments, default_instance_type, generation FROM groups ORDER BY name");
  TRY_ASSIGN(std::vector<domain::Group> out, query.all(read_row));
  for (domain::Group& group : out) TRY(read_instance_types(tx, group));
  return out;
}

Result<void> insert(WriteTransaction& tx, const domain::Group& group) {
  Statement row = tx.database().prepare(
      "INSERT INTO groups (name, display_name, deployment_enabled, quota_cpu_millis, "
      "quota_memory_bytes, "
      "quota_gpus, quota_deployments, default_instance_type, generation) VALUES (?, ?, ?, ?, ?, ?, "
      "?, ?, ?) "
      "ON CONFLICT DO NOTHING");
  row.bind(group.name).bind(group.display_name).bind(group.deployment_enabled);
  row.bind(group.quota.cpu_millis).bind(group.quota.memory_bytes).bind(group.quota.gpus);
  row.bind(group.quota.deployments).bind(group.default_instance_type).bind(group.generation);
  TRY_ASSIGN(const int64_t written, row.run());
  if (written == 1) return write_instance_types(tx, group);
  return fail(ErrorCode::kConflict, fmt::format("there is a group '{}' already", group.name));
}

Result<void> update(WriteTransaction& tx, const domain::Group& group) {
  Statement row = tx.database().prepare(
      "UPDATE groups SET display_name = ?, deployment_enabled = ?, quota_cpu_millis = ?, "
      "quota_memory_bytes = ?, quota_gpus = ?, quota_deployments = ?, default_instance_type = ?, "
      "generation = ? WHERE name = ?");
  row.bind(group.display_name).bind(group.deployment_enabled).bind(group.quota.cpu_millis);
  row.bind(group.quota.memory_bytes).bind(group.quota.gpus).bind(group.quota.deployments);
  row.bind(group.default_instance_type).bind(group.generation).bind(group.name);
  TRY_ASSIGN(const int64_t written, row.run());
  if (written != 1) return unknown(group.name);
  TRY(write_instance_types(tx, group));
  return note_deployments(tx, group.name);
}

Result<void> remove(WriteTransaction& tx, std::string_view name) {
  Statement used = tx.database().prepare("SELECT id FROM deployments WHERE group_name = ? LIMIT 1");
  TRY_ASSIGN(const bool has_deployments, used.bind(name).step());
  if (has_deployments) {
    return fail(ErrorCode::kConflict,
                fmt::format("group '{}' still has deployments ('{}' for one); delete them first",
                            name, used.text(0)));
  }
  TRY(tx.database().prepare("DELETE FROM pull_secrets WHERE group_name = ?").bind(name).run());
  TRY(tx.database().prepare("DELETE FROM webhooks WHERE group_name = ?").bind(name).run());
  TRY_ASSIGN(const int64_t gone,
             tx.database().prepare("DELETE FROM groups WHERE name = ?").bind(name).run());
  if (gone != 1) return unknown(name);
  return {};
}

Result<std::vector<Membership>> of_user(ReadTransaction& tx, std::string_view user) {
  Statement query = tx.database().prepare(
      "SELECT group_name, admin FROM group_members WHERE user_name = ? ORDER BY group_name");
  query.bind(user);
  return query.all([](const Statement& row) {
    return Membership{row.text(0), row.integer(1) != 0};
  });
}

Result<std::vector<domain::Member>> members(ReadTransaction& tx, std::string_view group) {
  Statement query = tx.database().prepare(
      "SELECT user_name, admin FROM group_members WHERE group_name = ? ORDER BY user_name");
  query.bind(group);
  return query.all([](const Statement& row) {
    return domain::Member{row.text(0), row.integer(1) != 0};
  });
}

Result<void> put_member(WriteTransaction& tx, std::string_view group,
                        const domain::Member& member) {
  auto written = tx.database()
                     .prepare(
                         "INSERT INTO group_members (group_name, user_name, admin) "
                         "VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET admin = excluded.admin")
                     .bind(group)
                     .bind(member.user)
                     .bind(member.admin)
                     .run();
  if (written) return {};
  if (written.error().code != ErrorCode::kConflict) return fail(written.error());
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no group '{}' or no user '{}'", group, member.user));
}

Result<bool> remove_member(WriteTransaction& tx, std::string_view group, std::string_view user) {
  TRY_ASSIGN(const int64_t gone,
             tx.database()
                 .prepare("DELETE FROM group_members WHERE group_name = ? AND user_name = ?")
                 .bind(group)
                 .bind(user)
                 .run());
  return gone == 1;
}

}  // namespace slipway::store::groups
