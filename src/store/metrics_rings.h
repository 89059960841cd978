#pragma once
// The tables of metrics.db, as functions on a transaction: adding what came, packing it into blocks
// of slots, letting the oldest go, reading a range. What MetricsHistory is made of.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/metrics_history.h"
#include "store/transaction.h"

namespace slipway::store::metrics_rings {

// A ring is blocks of slots; numbers on disk.
enum class Ring : int64_t { kFine = 0, kCoarse = 1 };

struct Shape {
  int64_t slot_ms = 0;
  int64_t slots = 0;   // of a block
  int64_t blocks = 0;  // that are kept
  int64_t block_ms() const { return slot_ms * slots; }
};
// A block more than the time that is promised, since the newest one is not full.
constexpr Shape shape(Ring ring) {
  return ring == Ring::kFine ? Shape{kFineSlotMs, 60, kFineRingMs / (kFineSlotMs * 60) + 1}
                             : Shape{kCoarseSlotMs, 12, kCoarseRingMs / (kCoarseSlotMs * 12) + 1};
}

Result<void> add(WriteTransaction& tx, const Contribution& contribution);

Result<void> read(ReadTransaction& tx, std::span<const std::string> deployments,
                  std::span<const SeriesKind> kinds, const MetricRange& range,
                  const MetricsHistory::Sink& sink);

// Which reports may be packed: those that began before the present block of the fine ring, and
// those of a time that a wrong clock told. At most `most`, the oldest first.
struct PackJob {
  struct Report {
    int64_t id = 0;
    int64_t begin_ms = 0;
    int64_t end_ms = 0;
  };
  std::vector<Report> reports = {};
  int64_t next_series = 0;  // smaller ones are done
  bool done() const { return reports.empty(); }
};
Result<PackJob> begin_pack(ReadTransaction& tx, int64_t now_ms, int most);
// Packs some series of the job; after the last one the reports are gone and the job is done().
Result<void> go_on(WriteTransaction& tx, PackJob& job);

// Takes one block too many away, the one furthest from now; false: there is none.
Result<bool> evict_one(WriteTransaction& tx, Ring ring, int64_t now_ms);

}  // namespace slipway::store::metrics_rings
