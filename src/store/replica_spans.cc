#include "store/replica_spans.h"

#include <algorithm>

#include "base/json.h"
#include "store/database.h"

namespace slipway::store::replica_spans {
namespace {

using domain::Month;
using domain::UsageSubject;
using domain::UsageSums;

#define SLIPWAY_SUBJECT_COLUMNS \
  "group_name, deployment_id, deployment_name, instance_type, cpu_millis, memory_bytes, gpus"
#define SLIPWAY_SPAN_COLUMNS SLIPWAY_SUBJECT_COLUMNS ", replica, run, started_at, ended_at"

UsageSubject read_subject(const Statement& row) {
  return {.group = row.text(0),
          .deployment_id = row.text(1),
          .deployment_name = row.text(2),
          .instance_type = row.text(3),
          .cpu_millis = row.integer(4),
          .memory_bytes = row.integer(5),
          .gpus = row.integer(6)};
}

void bind_subject(Statement& row, const UsageSubject& subject) {
  row.bind(subject.group).bind(subject.deployment_id).bind(subject.deployment_name);
  row.bind(subject.instance_type).bind(subject.cpu_millis).bind(subject.memory_bytes);
  row.bind(subject.gpus);
}

ReplicaSpanRow read_span(const Statement& row) {
  return ReplicaSpanRow{.run = {row.text(7), row.text(8), row.time(9)},
                        .subject = read_subject(row),
                        .ended_at = row.optional_time(10)};
}

Result<void> add_folded(ReadTransaction& tx, const UsageQuery& query, const std::string& groups,
                        UsageSums& sums) {
  Statement rows = tx.database().prepare(
      "SELECT " SLIPWAY_SUBJECT_COLUMNS
      ", month, replica_micros FROM usage_months WHERE month BETWEEN ?1 AND ?2"
      " AND (?3 OR group_name IN (SELECT value FROM json_each(?4)))");
  rows.bind(domain::format_month(query.first)).bind(domain::format_month(query.last));
  rows.bind(!query.groups.has_value()).bind(groups);
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return {};
    const auto month = domain::parse_month(rows.text(7));
    if (month) sums[{*month, read_subject(rows)}] += rows.integer(8);
  }
}

Result<void> add_spans(ReadTransaction& tx, const UsageQuery& query, const std::string& groups,
                       UsageSums& sums) {
  const Timestamp from = domain::begin_of(query.first);
  const Timestamp until = domain::begin_of(query.last + std::chrono::months(1));
  Statement statement = tx.database().prepare(
      "SELECT " SLIPWAY_SPAN_COLUMNS
      " FROM replica_spans WHERE started_at < ?1 AND (ended_at IS NULL OR ended_at > ?2)"
      " AND (?3 OR group_name IN (SELECT value FROM json_each(?4)))");
  statement.bind(until).bind(from).bind(!query.groups.has_value()).bind(groups);
  TRY_ASSIGN(const auto spans, statement.all(read_span));
  for (const ReplicaSpanRow& span : spans) {
    domain::add_run(sums, span.subject, std::max(from, span.run.started_at),
                    std::min(until, span.ended_at.value_or(query.open_until)));
  }
  return {};
}

}  // namespace

Result<void> add(WriteTransaction& tx, const ReplicaSpanRow& span) {
  Statement row = tx.database().prepare("INSERT INTO replica_spans (" SLIPWAY_SPAN_COLUMNS
                                        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                                        "ON CONFLICT DO NOTHING");
  bind_subject(row, span.subject);
  row.bind(span.run.replica).bind(span.run.run).bind(span.run.started_at);
  TRY(row.bind(span.ended_at).run());
  return {};
}

Result<void> close(WriteTransaction& tx, const ReplicaRun& run, Timestamp ended_at) {
  Statement row = tx.database().prepare(
      "UPDATE replica_spans SET ended_at = ? WHERE replica = ? AND run = ? AND started_at = ? "
      "AND ended_at IS NULL");
  TRY(row.bind(ended_at).bind(run.replica).bind(run.run).bind(run.started_at).run());
  return {};
}

Result<std::vector<ReplicaSpanRow>> open(ReadTransaction& tx) {
  Statement query = tx.database().prepare("SELECT " SLIPWAY_SPAN_COLUMNS
                                          " FROM replica_spans WHERE ended_at IS NULL");
  return query.all(read_span);
}

Result<std::optional<Timestamp>> seen_at(ReadTransaction& tx) {
  Statement query = tx.database().prepare("SELECT time FROM replica_spans_seen");
  TRY_ASSIGN(const bool found, query.step());
  return found ? query.optional_time(0) : std::nullopt;
}

Result<void> set_seen_at(WriteTransaction& tx, Timestamp time) {
  TRY(tx.database()
          .prepare("INSERT INTO replica_spans_seen (one, time) VALUES (1, ?) "
                   "ON CONFLICT DO UPDATE SET time = excluded.time")
          .bind(time)
          .run());
  return {};
}

Result<UsageSums> sums(ReadTransaction& tx, const UsageQuery& query) {
  const std::string groups = dump_json(Json(query.groups.value_or(std::vector<std::string>{})));
  UsageSums out;
  TRY(add_folded(tx, query, groups, out));
  TRY(add_spans(tx, query, groups, out));
  return out;
}

Result<int64_t> fold(WriteTransaction& tx, Timestamp ended_before, int limit) {
  std::vector<ReplicaSpanRow> spans;
  {
    Statement query =
        tx.database().prepare("SELECT " SLIPWAY_SPAN_COLUMNS
                              " FROM replica_spans WHERE ended_at < ? ORDER BY ended_at LIMIT ?");
    query.bind(ended_before).bind(limit);
    TRY_ASSIGN(spans, query.all(read_span));
  }
  UsageSums sums;
  for (const ReplicaSpanRow& span : spans) {
    domain::add_run(sums, span.subject, span.run.started_at, *span.ended_at);
    TRY(tx.database()
            .prepare("DELETE FROM replica_spans WHERE replica = ? AND run = ? AND started_at = ?")
            .bind(span.run.replica)
            .bind(span.run.run)
            .bind(span.run.started_at)
            .run());
  }
  for (const auto& [key, micros] : sums) {
    Statement row = tx.database().prepare(
        "INSERT INTO usage_months (" SLIPWAY_SUBJECT_COLUMNS
        ", month, replica_micros) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT DO UPDATE SET replica_micros = replica_micros + excluded.replica_micros");
    bind_subject(row, key.subject);
    TRY(row.bind(domain::format_month(key.month)).bind(micros).run());
  }
  return static_cast<int64_t>(spans.size());
}

}  // namespace slipway::store::replica_spans
