#include "store/revisions.h"

#include <fmt/format.h>

#include "store/database.h"
#include "store/stored_json.h"

namespace slipway::store::revisions {
namespace {

Result<domain::Revision> read_row(const Statement& row) {
  domain::Revision out;
  out.deployment_id = row.text(0);
  out.number = row.integer(1);
  auto spec = decode_spec(row.text(2));
  if (!spec) {
    return fail(
        spec.error().within(fmt::format("revision {} of '{}'", out.number, out.deployment_id)));
  }
  out.spec = std::move(*spec);
  out.author = row.text(3);
  out.created_at = row.time(4);
  out.message = row.text(5);
  out.rollback_of = row.integer(6);
  out.tag = row.text(7);
  return out;
}

}  // namespace

Result<std::optional<domain::Revision>> find(ReadTransaction& tx, std::string_view deployment_id,
                                             int64_t number) {
  Statement query = tx.database().prepare(
      "SELECT deployment_id, number, spec, author, created_at, message, rollback_of, "
      "tag FROM revisions "
      "WHERE deployment_id = ? AND number = ?");
  TRY_ASSIGN(const bool found, query.bind(deployment_id).bind(number).step());
  if (!found) return std::nullopt;
  return read_row(query);
}

Result<std::vector<domain::Revision>> all(ReadTransaction& tx, std::string_view deployment_id) {
  Statement query = tx.database().prepare(
      "SELECT deployment_id, number, spec, author, created_at, message, rollback_of, "
      "tag FROM revisions "
      "WHERE deployment_id = ? ORDER BY number DESC");
  query.bind(deployment_id);
  return query.all(read_row);
}

Result<void> insert(WriteTransaction& tx, const domain::Revision& revision) {
  Statement row = tx.database().prepare(
      "INSERT INTO revisions (deployment_id, number, spec, author, created_at, message, "
      "rollback_of, tag) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  row.bind(revision.deployment_id).bind(revision.number).bind(encode_spec(revision.spec));
  row.bind(revision.author).bind(revision.created_at).bind(revision.message);
  row.bind(revision.rollback_of).bind(revision.tag);
  TRY(row.run());
  tx.note_desired(revision.deployment_id);
  return {};
}

Result<void> set_tag(WriteTransaction& tx, std::string_view deployment_id, int64_t number,
                     std::string_view tag) {
  TRY_ASSIGN(const int64_t changed,
             tx.database()
                 .prepare("UPDATE revisions SET tag = ? WHERE deployment_id = ? AND number = ?")
                 .bind(tag)
                 .bind(deployment_id)
                 .bind(number)
                 .run());
  if (changed == 1) return {};
  return fail(ErrorCode::kNotFound,
              fmt::format("deployment '{}' has no revision {}", deployment_id, number));
}

Result<std::optional<int64_t>> find_tag(ReadTransaction& tx, std::string_view deployment_id,
                                        std::string_view tag) {
  Statement query = tx.database().prepare(
      "SELECT number FROM revisions WHERE deployment_id = ? AND tag = ? LIMIT 1");
  TRY_ASSIGN(const bool found, query.bind(deployment_id).bind(tag).step());
  if (!found) return std::nullopt;
  return query.integer(0);
}

Result<std::vector<domain::KeptRevision>> facts(ReadTransaction& tx,
                                                std::string_view deployment_id) {
  Statement query = tx.database().prepare(
      "SELECT number, created_at, tag <> '' FROM revisions WHERE deployment_id = ? "
      "ORDER BY number DESC");
  query.bind(deployment_id);
  return query.all([](const Statement& row) {
    return domain::KeptRevision{row.integer(0), row.time(1), row.integer(2) != 0};
  });
}

Result<std::vector<std::string>> crowded(ReadTransaction& tx, int64_t count, Timestamp before) {
  Statement query = tx.database().prepare(
      "SELECT deployment_id FROM revisions GROUP BY deployment_id "
      "HAVING count(*) > ? OR (count(*) > 1 AND min(created_at) < ?)");
  query.bind(count).bind(before);
  return query.all([](const Statement& row) { return row.text(0); });
}

Result<void> remove(WriteTransaction& tx, std::string_view deployment_id, int64_t number) {
  TRY(tx.database()
          .prepare("DELETE FROM revisions WHERE deployment_id = ? AND number = ?")
          .bind(deployment_id)
          .bind(number)
          .run());
  return {};
}

}  // namespace slipway::store::revisions
