#include "store/metrics_rings.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>
#include <vector>

#include "store/database.h"

namespace slipway::store::metrics_rings {
namespace {

constexpr int64_t kDayMs = int64_t{24} * 3'600'000;
// In memory at a time while packing.
constexpr size_t kMostBlocks = 256;

int64_t floor_div(int64_t value, int64_t by) {
  return value >= 0 ? value / by : -((-value + by - 1) / by);
}

int64_t hour_of(int64_t ms) { return floor_div(ms, shape(Ring::kCoarse).block_ms()); }

// Calls visit(slot, part) for each slot that the point of [begin, end) falls into.
template <typename Visit>
void spread(const MetricPoint& point, int64_t begin_ms, int64_t end_ms, int64_t slot_ms,
            Visit visit) {
  for (int64_t slot = floor_div(begin_ms, slot_ms); slot * slot_ms < end_ms; ++slot) {
    const int64_t from = std::max(begin_ms, slot * slot_ms);
    const int64_t to = std::min(end_ms, (slot + 1) * slot_ms);
    visit(slot, point.part(from - begin_ms, to - begin_ms, end_ms - begin_ms));
  }
}

Result<int64_t> series_of(WriteTransaction& tx, const SeriesName& name, int64_t hour) {
  Statement find = tx.database().prepare(
      "SELECT id, seen FROM series WHERE deployment = ? AND kind = ? AND name = ?");
  find.bind(name.deployment).bind(static_cast<int64_t>(name.kind)).bind(name.name);
  TRY_ASSIGN(const bool found, find.step());
  if (found) {
    const int64_t id = find.integer(0);
    if (find.integer(1) != hour) {
      TRY(tx.database()
              .prepare("UPDATE series SET seen = ? WHERE id = ?")
              .bind(hour)
              .bind(id)
              .run());
    }
    return id;
  }
  Statement make = tx.database().prepare(
      "INSERT INTO series (deployment, kind, name, seen) VALUES (?, ?, ?, ?) RETURNING id");
  make.bind(name.deployment).bind(static_cast<int64_t>(name.kind)).bind(name.name).bind(hour);
  TRY(make.step());
  const int64_t id = make.integer(0);
  // To its end, or the row is not there.
  TRY(make.step());
  return id;
}

struct Series {
  int64_t id = 0;
  SeriesName name;
};

Result<std::vector<Series>> series_like(ReadTransaction& tx, const std::string& deployment,
                                        std::span<const SeriesKind> kinds) {
  std::vector<Series> out;
  for (const SeriesKind kind : kinds) {
    Statement rows = tx.database().prepare(
        "SELECT id, name FROM series WHERE deployment = ? AND kind = ? ORDER BY name");
    rows.bind(deployment).bind(static_cast<int64_t>(kind));
    TRY_ASSIGN(std::vector<Series> found, rows.all([&](const Statement& row) {
      return Series{row.integer(0), {deployment, kind, row.text(1)}};
    }));
    std::move(found.begin(), found.end(), std::back_inserter(out));
  }
  return out;
}

// The steps of one series, filled from the rings and from what is not packed yet.
class Steps {
 public:
  explicit Steps(const MetricRange& range) : range_(range), points_(range.count) {}

  void clear() {
    if (any_) std::fill(points_.begin(), points_.end(), MetricPoint{});
    any_ = false;
  }
  bool any() const { return any_; }
  std::span<const MetricPoint> points() const { return points_; }

  // The step that the slot that begins then is in.
  MetricPoint* at(int64_t time_ms) {
    const int64_t slot_ms = range_.coarse ? kCoarseSlotMs : kFineSlotMs;
    if (time_ms < range_.begin_ms || time_ms + slot_ms <= range_.not_before_ms) return nullptr;
    const auto step = static_cast<size_t>((time_ms - range_.begin_ms) / range_.step_ms);
    if (step >= points_.size()) return nullptr;
    any_ = true;
    return &points_[step];
  }

 private:
  const MetricRange& range_;
  std::vector<MetricPoint> points_;
  bool any_ = false;
};

int64_t end_of(const MetricRange& range) {
  return range.begin_ms + static_cast<int64_t>(range.count) * range.step_ms;
}

Result<void> read_packed(ReadTransaction& tx, int64_t series, const MetricRange& range,
                         Steps& steps) {
  const Ring ring = range.coarse ? Ring::kCoarse : Ring::kFine;
  const Shape shaped = shape(ring);
  // From the blocks that are there to their rows: one look for each, and no scan of other series.
  Statement rows = tx.database().prepare(
      "SELECT b.block, p.points FROM blocks b CROSS JOIN packed p "
      "ON p.ring = b.ring AND p.block = b.block AND p.series = ? "
      "WHERE b.ring = ? AND b.block >= ? AND b.block < ?");
  rows.bind(series).bind(static_cast<int64_t>(ring));
  rows.bind(floor_div(range.begin_ms, shaped.block_ms()));
  rows.bind(floor_div(end_of(range) - 1, shaped.block_ms()) + 1);
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return {};
    const int64_t begin_ms = rows.integer(0) * shaped.block_ms();
    TRY(visit_points(rows.text(1), static_cast<size_t>(shaped.slots),
                     [&](size_t slot, Metric metric, double value) {
                       const int64_t at = begin_ms + static_cast<int64_t>(slot) * shaped.slot_ms;
                       if (MetricPoint* point = steps.at(at)) (*point)[metric] += value;
                     }));
  }
}

Result<void> read_fresh(ReadTransaction& tx, int64_t series, const MetricRange& range,
                        Steps& steps) {
  const int64_t slot_ms = range.coarse ? kCoarseSlotMs : kFineSlotMs;
  Statement rows = tx.database().prepare(
      "SELECT r.begin_ms, r.end_ms, f.point FROM reports r CROSS JOIN fresh f "
      "ON f.report = r.id AND f.series = ? WHERE r.end_ms > ? AND r.begin_ms < ?");
  rows.bind(series).bind(range.begin_ms).bind(end_of(range));
  while (true) {
    TRY_ASSIGN(const bool more, rows.step());
    if (!more) return {};
    TRY_ASSIGN(const MetricPoint point, decode_point(rows.text(2)));
    spread(point, rows.integer(0), rows.integer(1), slot_ms,
           [&](int64_t slot, const MetricPoint& part) {
             if (MetricPoint* step = steps.at(slot * slot_ms)) *step += part;
           });
  }
}

// Blocks of one ring and some series that are being filled.
class OpenBlocks {
 public:
  explicit OpenBlocks(Ring ring) : ring_(ring), shape_(shape(ring)) {}

  void add(int64_t series, const PackJob::Report& report, const MetricPoint& point) {
    // What the ring does not keep is not made.
    const int64_t from = report.end_ms - shape_.block_ms() * shape_.blocks;
    spread(point, report.begin_ms, report.end_ms, shape_.slot_ms,
           [&](int64_t slot, const MetricPoint& part) {
             if ((slot + 1) * shape_.slot_ms <= from) return;
             const int64_t block = floor_div(slot, shape_.slots);
             auto& points = blocks_[{block, series}];
             points.resize(static_cast<size_t>(shape_.slots));
             points[static_cast<size_t>(slot - block * shape_.slots)] += part;
           });
  }

  Result<void> store(WriteTransaction& tx) {
    int64_t noted = INT64_MIN;
    for (auto& [key, points] : blocks_) {
      const auto [block, series] = key;
      if (block != std::exchange(noted, block)) {
        TRY(tx.database()
                .prepare("INSERT INTO blocks (ring, block) VALUES (?, ?) ON CONFLICT DO NOTHING")
                .bind(static_cast<int64_t>(ring_))
                .bind(block)
                .run());
      }
      TRY(add_stored(tx, block, series, points));
      TRY(tx.database()
              .prepare("INSERT INTO packed (ring, block, series, points) VALUES (?, ?, ?, ?) "
                       "ON CONFLICT DO UPDATE SET points = excluded.points")
              .bind(static_cast<int64_t>(ring_))
              .bind(block)
              .bind(series)
              .bind_blob(encode_points(points))
              .run());
    }
    return {};
  }

 private:
  Result<void> add_stored(WriteTransaction& tx, int64_t block, int64_t series,
                          std::vector<MetricPoint>& points) const {
    Statement row = tx.database().prepare(
        "SELECT points FROM packed WHERE ring = ? AND block = ? AND series = ?");
    row.bind(static_cast<int64_t>(ring_)).bind(block).bind(series);
    TRY_ASSIGN(const bool found, row.step());
    if (!found) return {};
    return visit_points(row.text(0), points.size(), [&](size_t slot, Metric metric, double value) {
      points[slot][metric] += value;
    });
  }

  const Ring ring_;
  const Shape shape_;
  std::map<std::pair<int64_t, int64_t>, std::vector<MetricPoint>> blocks_;  // block, series
};

// How many series may be packed at once, so that their blocks fit into memory.
int64_t series_at_once(const PackJob& job) {
  int64_t begin = INT64_MAX;
  int64_t end = INT64_MIN;
  int64_t longest = 0;
  for (const PackJob::Report& report : job.reports) {
    begin = std::min(begin, report.begin_ms);
    end = std::max(end, report.end_ms);
    longest = std::max(longest, report.end_ms - report.begin_ms);
  }
  const int64_t block_ms = shape(Ring::kFine).block_ms();
  const int64_t blocks = std::max(longest, std::min(end - begin, kDayMs)) / block_ms + 2;
  return std::clamp<int64_t>(static_cast<int64_t>(kMostBlocks) / blocks, 1, 64);
}

}  // namespace

Result<void> add(WriteTransaction& tx, const Contribution& contribution) {
  if (contribution.rows.empty()) return {};
  const int64_t end = contribution.end_ms;
  const int64_t begin = std::clamp(contribution.begin_ms, end - kCoarseRingMs, end - 1);
  Statement report =
      tx.database().prepare("INSERT INTO reports (begin_ms, end_ms) VALUES (?, ?) RETURNING id");
  TRY(report.bind(begin).bind(end).step());
  const int64_t id = report.integer(0);
  TRY(report.step());
  for (const MetricRow& row : contribution.rows) {
    TRY_ASSIGN(const int64_t series, series_of(tx, row.series, hour_of(end)));
    TRY(tx.database()
            .prepare("INSERT INTO fresh (report, series, point) VALUES (?, ?, ?)")
            .bind(id)
            .bind(series)
            .bind_blob(encode_point(row.point))
            .run());
  }
  return {};
}

Result<void> read(ReadTransaction& tx, std::span<const std::string> deployments,
                  std::span<const SeriesKind> kinds, const MetricRange& range,
                  const MetricsHistory::Sink& sink) {
  Steps steps(range);
  for (const std::string& deployment : deployments) {
    TRY_ASSIGN(const std::vector<Series> found, series_like(tx, deployment, kinds));
    for (const Series& series : found) {
      steps.clear();
      TRY(read_packed(tx, series.id, range, steps));
      TRY(read_fresh(tx, series.id, range, steps));
      if (steps.any()) sink(series.name, steps.points());
    }
  }
  return {};
}

Result<PackJob> begin_pack(ReadTransaction& tx, int64_t now_ms, int most) {
  const int64_t block_ms = shape(Ring::kFine).block_ms();
  Statement rows = tx.database().prepare(
      "SELECT id, begin_ms, end_ms FROM reports WHERE begin_ms < ? OR begin_ms > ? "
      "ORDER BY id LIMIT ?");
  rows.bind(floor_div(now_ms, block_ms) * block_ms).bind(now_ms + kDayMs).bind(most);
  PackJob job;
  TRY_ASSIGN(job.reports, rows.all([](const Statement& row) {
    return PackJob::Report{row.integer(0), row.integer(1), row.integer(2)};
  }));
  return job;
}

Result<void> go_on(WriteTransaction& tx, PackJob& job) {
  Statement ids = tx.database().prepare(
      "SELECT count(*), coalesce(max(id), 0) FROM "
      "(SELECT id FROM series WHERE id >= ? ORDER BY id LIMIT ?)");
  TRY(ids.bind(job.next_series).bind(series_at_once(job)).step());
  if (ids.integer(0) == 0) {
    for (const PackJob::Report& report : job.reports) {
      TRY(tx.database().prepare("DELETE FROM reports WHERE id = ?").bind(report.id).run());
    }
    job.reports.clear();
    return {};
  }
  const int64_t last = ids.integer(1);
  OpenBlocks fine(Ring::kFine);
  OpenBlocks coarse(Ring::kCoarse);
  for (const PackJob::Report& report : job.reports) {
    {
      Statement rows = tx.database().prepare(
          "SELECT series, point FROM fresh WHERE report = ? AND series BETWEEN ? AND ?");
      rows.bind(report.id).bind(job.next_series).bind(last);
      while (true) {
        TRY_ASSIGN(const bool more, rows.step());
        if (!more) break;
        TRY_ASSIGN(const MetricPoint point, decode_point(rows.text(1)));
        fine.add(rows.integer(0), report, point);
        coarse.add(rows.integer(0), report, point);
      }
    }
    TRY(tx.database()
            .prepare("DELETE FROM fresh WHERE report = ? AND series BETWEEN ? AND ?")
            .bind(report.id)
            .bind(job.next_series)
            .bind(last)
            .run());
  }
  TRY(fine.store(tx));
  TRY(coarse.store(tx));
  job.next_series = last + 1;
  return {};
}

Result<bool> evict_one(WriteTransaction& tx, Ring ring, int64_t now_ms) {
  const Shape shaped = shape(ring);
  Statement extremes = tx.database().prepare(
      "SELECT count(*), coalesce(min(block), 0), coalesce(max(block), 0) FROM blocks "
      "WHERE ring = ?");
  TRY(extremes.bind(static_cast<int64_t>(ring)).step());
  if (extremes.integer(0) <= shaped.blocks) return false;
  const int64_t now = floor_div(now_ms, shaped.block_ms());
  const int64_t first = extremes.integer(1);
  const int64_t last = extremes.integer(2);
  const int64_t gone = now - first >= last - now ? first : last;
  for (const char* sql : {"DELETE FROM packed WHERE ring = ? AND block = ?",
                          "DELETE FROM blocks WHERE ring = ? AND block = ?"}) {
    TRY(tx.database().prepare(sql).bind(static_cast<int64_t>(ring)).bind(gone).run());
  }
  if (ring == Ring::kCoarse) {
    // A series goes with the last block that has any of it.
    TRY(tx.database()
            .prepare("DELETE FROM series WHERE seen = ?1 AND NOT EXISTS (SELECT 1 FROM blocks b "
                     "CROSS JOIN packed p ON p.ring = b.ring AND p.block = b.block "
                     "AND p.series = series.id WHERE b.ring = ?2)")
            .bind(gone)
            .bind(static_cast<int64_t>(ring))
            .run());
  }
  return true;
}

}  // namespace slipway::store::metrics_rings
