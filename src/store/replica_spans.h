#pragma once
// The table of replica spans: one row for each run of a replica, with the size that it had, from
// its start to its end; what usage is counted from. Rows outlive deployment, revision and instance
// type. Closed ones are folded into sums by month after a while. The engine's own start makes a row
// what it is, so that it is written once, however often it is seen.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/usage_hours.h"
#include "store/transaction.h"

namespace slipway::store {

struct ReplicaRun {
  std::string replica;  // its id
  std::string run;      // the engine's name of it: a container's id, a pid
  Timestamp started_at{};
  auto operator<=>(const ReplicaRun&) const = default;
};

struct ReplicaSpanRow {
  ReplicaRun run;
  domain::UsageSubject subject;
  std::optional<Timestamp> ended_at = {};
  bool operator==(const ReplicaSpanRow&) const = default;
};

}  // namespace slipway::store

namespace slipway::store::replica_spans {

// Nothing is changed when the run is known already.
Result<void> add(WriteTransaction& tx, const ReplicaSpanRow& row);
// A run that is closed or unknown stays as it is.
Result<void> close(WriteTransaction& tx, const ReplicaRun& run, Timestamp ended_at);
// Those without an end.
Result<std::vector<ReplicaSpanRow>> open(ReadTransaction& tx);

// When every open run was seen last, all at once; none: never yet.
Result<std::optional<Timestamp>> seen_at(ReadTransaction& tx);
Result<void> set_seen_at(WriteTransaction& tx, Timestamp time);

struct UsageQuery {
  domain::Month first{};
  domain::Month last{};                                 // this one, too
  Timestamp open_until{};                               // what has no end counts up to here
  std::optional<std::vector<std::string>> groups = {};  // none: all
};
Result<domain::UsageSums> sums(ReadTransaction& tx, const UsageQuery& query);

// At most `limit` of the runs that ended before `ended_before` become part of their months' sums.
// How many did.
Result<int64_t> fold(WriteTransaction& tx, Timestamp ended_before, int limit);

}  // namespace slipway::store::replica_spans
