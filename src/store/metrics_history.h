#pragma once
// The history of metrics: what was counted, in slots of 10 s for a day and of 5 min for 30 days, in
// an SQLite file of its own (docs/schema.md), so that a day of graphs never touches the database
// that everything hangs on. Made once by main; any thread.
//
// Losing this file loses graphs and nothing else. One that is damaged, of a newer Slipway or no
// database at all is set aside as metrics.db.broken-<time>, a new one takes its place, and
// problem() says so; the bytes stay for whoever wants to look.
//
// What is added is kept as it came (fresh), and packed into blocks of slots by pack(). A time of
// ours is a Unix time in milliseconds; how the clock stands decides where something is filed, never
// what is thrown away: each ring keeps a number of blocks, those that are nearest to now.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/metric_point.h"
#include "store/report_marks.h"

namespace slipway::store {

// Numbers on disk.
enum class SeriesKind : uint8_t {
  kDeployment = 0,  // name ""
  kModel = 1,       // name: the image
  kClient = 2,
  kReplica = 3,  // name: its id
  kGateway = 4,  // deployment "": when that gateway counted
  kSampler = 5   // deployment "", name "": when the engine told what replicas take
};

struct SeriesName {
  std::string deployment;
  SeriesKind kind = SeriesKind::kDeployment;
  std::string name;
  auto operator<=>(const SeriesName&) const = default;
};

struct MetricRow {
  SeriesName series;
  MetricPoint point;
};

// What was counted in a stretch of time; each series at most once.
struct Contribution {
  int64_t begin_ms = 0;
  int64_t end_ms = 0;
  std::vector<MetricRow> rows = {};
};

inline constexpr int64_t kFineSlotMs = 10'000;
inline constexpr int64_t kCoarseSlotMs = 300'000;
inline constexpr int64_t kFineRingMs = int64_t{24} * 3'600'000;
inline constexpr int64_t kCoarseRingMs = 30 * kFineRingMs;

// Steps without gap; both times are multiples of the slot.
struct MetricRange {
  int64_t begin_ms = 0;
  int64_t step_ms = kFineSlotMs;
  size_t count = 0;
  bool coarse = false;
  // Slots that end before are left out: another deployment may have had the id then.
  int64_t not_before_ms = INT64_MIN;
};

class MetricsHistory {
 public:
  struct Options {
    int64_t checkpoint_bytes = int64_t{8} * 1024 * 1024;
    int64_t max_bytes = 0;  // of the file; 0: no limit of ours
    std::chrono::milliseconds open_again = std::chrono::seconds(5);
    // Told what problem() says from then on, from any thread.
    std::function<void(const std::string&)> on_problem = {};
  };

  MetricsHistory(std::filesystem::path path, Options options);
  ~MetricsHistory();

  // What is wrong, for people; "": nothing.
  std::string problem() const;

  // Durable when it returns, all of them or none. With a report, its mark moves with it, and one
  // that was added before adds nothing. kUnavailable: nothing was added, and it may be tried again;
  // so it is while the file cannot be opened, which is tried anew at most each `open_again`. Where
  // there can be no history at all, as every file breaks, it succeeds and keeps nothing.
  Result<void> add(const std::optional<report_marks::Report>& report,
                   std::span<const Contribution> contributions);
  Result<void> add(const std::optional<report_marks::Report>& report,
                   const Contribution& contribution) {
    return add(report, std::span(&contribution, 1));
  }

  // Calls `sink` once for each series of these deployments and kinds that has anything in the
  // range (none has while there is no file), with `range.count` points, which are gone after the
  // call.
  using Sink = std::function<void(const SeriesName&, std::span<const MetricPoint>)>;
  Result<void> read(std::span<const std::string> deployments, std::span<const SeriesKind> kinds,
                    const MetricRange& range, const Sink& sink);

  // Packs what lies before the present block, and lets the oldest blocks go. To be called now and
  // then by one thread.
  Result<void> pack(int64_t now_ms);

 private:
  struct Parts;

  // Runs `use` on the open file, and sets that aside when its error says that it is broken. False:
  // there is no file.
  Result<bool> with_file(const std::function<Result<void>(Parts&)>& use);
  Result<void> when_there(const std::function<Result<void>(Parts&)>& use);
  Result<std::unique_ptr<Parts>> open() const;
  // The rest under the exclusive lock.
  void set_up();
  void set_up_again();  // if there is no file and it is time
  void set_aside(const Error& error);
  void report(const std::string& problem);

  const std::filesystem::path path_;
  const Options options_;
  mutable std::shared_mutex mutex_;  // exclusive: while another file takes the place
  std::unique_ptr<Parts> parts_;     // null: there is no history
  Monotonic opened_at_ = {};         // tried to
  uint64_t generation_ = 0;          // of parts_
  std::atomic<int> set_aside_ = 0;
  mutable std::mutex problem_mutex_;
  std::string problem_;
};

}  // namespace slipway::store
