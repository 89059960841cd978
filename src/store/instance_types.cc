#include "store/instance_types.h"

#include <fmt/format.h>

#include "store/database.h"

namespace slipway::store::instance_types {
namespace {

domain::InstanceType read_row(const Statement& row) {
  return {.name = row.text(0),
          .display_name = row.text(1),
          .description = row.text(2),
          .cpu_millis = row.integer(3),
          .memory_bytes = row.integer(4),
          .gpus = static_cast<int>(row.integer(5)),
          .gpu_resource = row.text(6),
          .global = row.integer(7) != 0,
          .generation = row.integer(8)};
}

}  // namespace

Result<std::optional<domain::InstanceType>> find(ReadTransaction& tx, std::string_view name) {
  Statement query = tx.database().prepare(
      "SELECT name, display_name, description, cpu_millis, memory_bytes, gpus, gpu_resource, "
      "global, generation FROM instance_types WHERE name = ?");
  TRY_ASSIGN(const bool found, query.bind(name).step());
  if (!found) return std::nullopt;
  return read_row(query);
}

Result<std::vector<domain::InstanceType>> all(ReadTransaction& tx) {
  Statement query = tx.database().prepare(
      "SELECT name, display_name, description, cpu_millis, memory_bytes, gpus, gpu_resource, "
      "global, generation FROM instance_types ORDER BY gpus, cpu_millis, memory_bytes, name");
  return query.all(read_row);
}

Result<void> insert(WriteTransaction& tx, const domain::InstanceType& type) {
  Statement row = tx.database().prepare(
      "INSERT INTO instance_types (name, display_name, description, cpu_millis, memory_bytes, "
      "gpus, gpu_resource, global, generation) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
      "ON CONFLICT DO NOTHING");
  row.bind(type.name).bind(type.display_name).bind(type.description);
  row.bind(type.cpu_millis).bind(type.memory_bytes).bind(type.gpus);
  row.bind(type.gpu_resource).bind(type.global).bind(type.generation);
  TRY_ASSIGN(const int64_t written, row.run());
  if (written == 1) return {};
  return fail(ErrorCode::kConflict,
              fmt::format("there is an instance type '{}' already", type.name));
}

Result<void> update(WriteTransaction& tx, const domain::InstanceType& type) {
  Statement row = tx.database().prepare(
      "UPDATE instance_types SET display_name = ?, description = ?, cpu_millis = ?, "
      "memory_bytes = ?, gpus = ?, gpu_resource = ?, global = ?, generation = ? WHERE name = ?");
  row.bind(type.display_name).bind(type.description).bind(type.cpu_millis);
  row.bind(type.memory_bytes).bind(type.gpus).bind(type.gpu_resource).bind(type.global);
  TRY_ASSIGN(const int64_t written, row.bind(type.generation).bind(type.name).run());
  if (written == 1) return {};
  return fail(ErrorCode::kNotFound, fmt::format("there is no instance type '{}'", type.name));
}

Result<bool> remove(WriteTransaction& tx, std::string_view name) {
  TRY_ASSIGN(const int64_t gone,
             tx.database().prepare("DELETE FROM instance_types WHERE name = ?").bind(name).run());
  return gone == 1;
}

Result<std::optional<std::string>> user_of(ReadTransaction& tx, std::string_view name) {
  Statement query = tx.database().prepare(
      "SELECT d.id FROM deployments d JOIN revisions r ON r.deployment_id = d.id AND "
      "r.number = d.revision WHERE r.spec ->> '$.instance_type' = ? ORDER BY d.id LIMIT 1");
  TRY_ASSIGN(const bool found, query.bind(name).step());
  if (!found) return std::nullopt;
  return query.text(0);
}

}  // namespace slipway::store::instance_types
