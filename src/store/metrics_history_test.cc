#include "store/metrics_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <map>

#include "store/database.h"
#include "store/metrics_rings.h"
#include "store/test_store.h"

namespace slipway::store {
namespace {

using testing::HasSubstr;

// A Monday in 2026, on the boundary of an hour.
constexpr int64_t kNow = 1'795'000'000'000 / 3'600'000 * 3'600'000;
const std::vector<std::string> kIris = {"iris"};
const std::vector<SeriesKind> kDeployments = {SeriesKind::kDeployment};

MetricRow row(const std::string& deployment, double good, SeriesKind kind = SeriesKind::kDeployment,
              const std::string& name = "") {
  MetricRow out{{deployment, kind, name}, {}};
  out.point[Metric::kGood] = good;
  return out;
}

class MetricsHistoryTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / "metrics.db"; }
  std::unique_ptr<MetricsHistory> open(MetricsHistory::Options options = {}) const {
    return std::make_unique<MetricsHistory>(file(), std::move(options));
  }
  static Result<void> add(MetricsHistory& history, int64_t begin, int64_t end, double good) {
    return history.add(std::nullopt, {begin, end, {row("iris", good)}});
  }
  static std::vector<double> goods(MetricsHistory& history, const MetricRange& range,
                                   const std::vector<std::string>& deployments = kIris) {
    std::vector<double> out;
    const auto read = history.read(deployments, kDeployments, range,
                                   [&](const SeriesName&, std::span<const MetricPoint> points) {
                                     out.resize(points.size());
                                     for (size_t i = 0; i < points.size(); ++i) {
                                       out[i] += points[i][Metric::kGood];
                                     }
                                   });
    EXPECT_TRUE(read) << read.error().message;
    return out;
  }
  std::vector<std::string> set_aside() const {
    std::vector<std::string> out;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("metrics.db.broken-")) out.push_back(name);
    }
    return out;
  }

  TestFolder folder_;
};

TEST_F(MetricsHistoryTest, spreads_what_came_over_its_time_packed_or_not) {
  const auto history = open();
  ASSERT_TRUE(add(*history, kNow, kNow + 10'000, 7));
  ASSERT_TRUE(add(*history, kNow + 10'000, kNow + 40'000, 10));
  const MetricRange range{kNow - 10'000, 10'000, 6};
  const std::vector<double> wanted = {0, 7, 3, 3, 4, 0};
  EXPECT_EQ(goods(*history, range), wanted);
  ASSERT_TRUE(history->pack(kNow + 3'600'000));
  EXPECT_EQ(goods(*history, range), wanted);
  EXPECT_EQ(goods(*history, {kNow, 300'000, 1, true}), (std::vector<double>{17}));
  EXPECT_EQ(goods(*history, range, {"mnist"}), std::vector<double>{});
  EXPECT_EQ(goods(*history, {kNow + 3'600'000, 10'000, 6}), std::vector<double>{});
}

TEST_F(MetricsHistoryTest, keeps_what_was_added_over_a_restart_and_each_report_once) {
  const report_marks::Report first{"gw", "a", 1};
  for (int i = 0; i < 3; ++i) {
    const auto history = open();
    ASSERT_TRUE(history->add(first, {kNow, kNow + 10'000, {row("iris", 5)}}));
    ASSERT_TRUE(history->pack(kNow + i * 600'000));
  }
  const auto history = open();
  ASSERT_TRUE(
      history->add(report_marks::Report{"gw", "a", 2}, {kNow, kNow + 10'000, {row("iris", 1)}}));
  ASSERT_TRUE(history->add(first, {kNow, kNow + 10'000, {row("iris", 5)}}));
  EXPECT_EQ(goods(*history, {kNow, 10'000, 1}), (std::vector<double>{6}));
}

// Reports in any order, again and again, with restarts and packing in between: every way to look at
// it gives the plain sum of each report once.
RC_GTEST_FIXTURE_PROP(MetricsHistoryTest, is_the_plain_sum_of_the_reports, ()) {
  constexpr int64_t kWindow = 2 * 3'600'000;
  const TestFolder folder;
  const auto reopen = [&] {
    return std::make_unique<MetricsHistory>(folder.path() / "metrics.db",
                                            MetricsHistory::Options{});
  };
  auto history = reopen();
  std::map<SeriesName, double> sums;
  std::vector<std::pair<uint64_t, Contribution>> sent;
  uint64_t sequence = 0;
  const int steps = *rc::gen::inRange(1, 25);
  for (int i = 0; i < steps; ++i) {
    switch (*rc::gen::inRange(0, 6)) {
      case 0:
        history.reset();
        history = reopen();
        break;
      case 1:
        RC_ASSERT(history->pack(kNow + *rc::gen::inRange<int64_t>(0, kWindow)).has_value());
        break;
      case 2:
        // Again, as after a lost answer. Only the newest is ever sent again.
        if (!sent.empty()) {
          const auto& [number, again] = sent.back();
          RC_ASSERT(history->add(report_marks::Report{"gw", "a", number}, again).has_value());
        }
        break;
      default: {
        Contribution next;
        next.begin_ms = kNow + *rc::gen::inRange<int64_t>(0, kWindow / 2);
        next.end_ms = next.begin_ms + *rc::gen::inRange<int64_t>(1, kWindow / 2);
        for (const char* id : {"iris", "mnist"}) {
          const double good = *rc::gen::inRange(1, 1'000'000);
          next.rows.push_back(row(id, good));
          sums[next.rows.back().series] += good;
        }
        RC_ASSERT(history->add(report_marks::Report{"gw", "a", ++sequence}, next).has_value());
        sent.emplace_back(sequence, next);
      }
    }
  }
  for (const bool coarse : {false, true}) {
    const int64_t step = coarse ? 600'000 : 30'000;
    std::map<SeriesName, double> seen;
    RC_ASSERT(history
                  ->read(std::vector<std::string>{"iris", "mnist"}, kDeployments,
                         {kNow, step, static_cast<size_t>(kWindow / step), coarse},
                         [&](const SeriesName& name, std::span<const MetricPoint> points) {
                           for (const MetricPoint& point : points) {
                             seen[name] += point[Metric::kGood];
                           }
                         })
                  .has_value());
    RC_ASSERT(seen == sums);
  }
}

TEST_F(MetricsHistoryTest, keeps_each_ring_to_its_length_and_forgets_series_that_are_gone) {
  const auto history = open();
  const int64_t fine = metrics_rings::shape(metrics_rings::Ring::kFine).block_ms();
  ASSERT_TRUE(add(*history, kNow, kNow + 10'000, 5));
  for (int64_t at = kNow + fine; at <= kNow + kFineRingMs + 2 * fine; at += fine) {
    ASSERT_TRUE(history->add(std::nullopt, {at, at + 10'000, {row("mnist", 1)}}));
    ASSERT_TRUE(history->pack(at + fine));
  }
  EXPECT_EQ(goods(*history, {kNow, 10'000, 1}), std::vector<double>{});
  EXPECT_EQ(goods(*history, {kNow, 300'000, 1, true}), (std::vector<double>{5}));
  for (int64_t at = kNow; at <= kNow + kCoarseRingMs + 7'200'000; at += 3'600'000) {
    ASSERT_TRUE(history->add(std::nullopt, {at, at + 10'000, {row("mnist", 1)}}));
    ASSERT_TRUE(history->pack(at + 3'600'000));
  }
  EXPECT_EQ(goods(*history, {kNow, 300'000, 1, true}), std::vector<double>{});
  auto database =
      Database::open(file(), Database::Mode::kReadOnly, std::chrono::milliseconds(0)).value();
  EXPECT_EQ(database->integer("SELECT count(*) FROM series"), 1);
  EXPECT_EQ(database->integer("SELECT count(*) FROM reports"), 0);
}

TEST_F(MetricsHistoryTest, loses_nothing_to_a_clock_that_jumps) {
  const auto history = open();
  const MetricRange range{kNow, 10'000, 1};
  ASSERT_TRUE(add(*history, kNow, kNow + 10'000, 5));
  ASSERT_TRUE(history->pack(kNow + 600'000));
  constexpr int64_t kYear = int64_t{365} * 24 * 3'600'000;
  for (const int64_t jump : {kYear, -kYear}) {
    for (int64_t at = 0; at < 5; ++at) {
      const int64_t now = kNow + jump + at * 600'000;
      ASSERT_TRUE(add(*history, now, now + 10'000, 1));
      ASSERT_TRUE(history->pack(now + 10'000));
    }
    EXPECT_EQ(goods(*history, range), (std::vector<double>{5}));
    EXPECT_EQ(goods(*history, {kNow + jump, 10'000, 1}), (std::vector<double>{1}));
  }
  // Back again: what the wrong time left goes first, once there is too much.
  for (int64_t at = 1; at <= kFineRingMs / 600'000 - 1; ++at) {
    ASSERT_TRUE(add(*history, kNow + at * 600'000, kNow + at * 600'000 + 10'000, 1));
  }
  ASSERT_TRUE(history->pack(kNow + kFineRingMs - 600'000));
  EXPECT_EQ(goods(*history, range), (std::vector<double>{5}));
  EXPECT_EQ(goods(*history, {kNow - kYear, 10'000, 1}), std::vector<double>{});
}

TEST_F(MetricsHistoryTest, a_period_of_a_day_is_spread_over_all_of_it) {
  const auto history = open();
  ASSERT_TRUE(add(*history, kNow - kFineRingMs, kNow, 8'640));
  ASSERT_TRUE(history->pack(kNow + 600'000));
  EXPECT_EQ(goods(*history, {kNow - 12 * 3'600'000, 10'000, 2}), (std::vector<double>{1, 1}));
  EXPECT_EQ(goods(*history, {kNow - kFineRingMs, kFineRingMs, 1}), (std::vector<double>{8'640}));
  // Longer than anything is kept: cut.
  ASSERT_TRUE(add(*history, kNow - 3 * kCoarseRingMs, kNow, 100));
  EXPECT_EQ(goods(*history, {kNow - kCoarseRingMs, kCoarseRingMs, 1, true}),
            (std::vector<double>{8'740}));
}

TEST_F(MetricsHistoryTest, a_file_that_is_no_database_is_set_aside_and_serving_goes_on) {
  std::ofstream(file()) << std::string(10'000, 'x');
  std::string told;
  MetricsHistory::Options options;
  options.on_problem = [&](const std::string& problem) { told = problem; };
  const auto history = open(options);
  EXPECT_THAT(history->problem(), HasSubstr("began anew"));
  EXPECT_EQ(told, history->problem());
  EXPECT_EQ(set_aside().size(), 1u);
  ASSERT_TRUE(add(*history, kNow, kNow + 10'000, 5));
  EXPECT_EQ(goods(*history, {kNow, 10'000, 1}), (std::vector<double>{5}));
}

TEST_F(MetricsHistoryTest, a_file_of_a_newer_slipway_is_set_aside_whole) {
  {
    const auto history = open();
    ASSERT_TRUE(add(*history, kNow, kNow + 10'000, 5));
  }
  {
    auto database =
        Database::open(file(), Database::Mode::kReadWrite, std::chrono::milliseconds(0)).value();
    ASSERT_TRUE(database->execute("PRAGMA user_version=99"));
  }
  const auto history = open();
  EXPECT_THAT(history->problem(), HasSubstr("newer Slipway"));
  ASSERT_EQ(set_aside().size(), 1u);
  auto old = Database::open(folder_.path() / set_aside()[0], Database::Mode::kReadOnly,
                            std::chrono::milliseconds(0))
                 .value();
  EXPECT_EQ(old->integer("SELECT count(*) FROM fresh"), 1);
  EXPECT_EQ(goods(*history, {kNow, 10'000, 1}), std::vector<double>{});
}

TEST_F(MetricsHistoryTest, damage_that_is_met_later_begins_the_file_anew) {
  {
    const auto history = open();
    for (int64_t i = 0; i < 2'000; ++i) {
      ASSERT_TRUE(add(*history, kNow + i * 10, kNow + i * 10 + 10, 5));
    }
  }
  {
    // All but the first page, so that it opens.
    std::fstream broken(file(), std::ios::in | std::ios::out | std::ios::binary);
    broken.seekp(4096);
    const auto rest = std::filesystem::file_size(file()) - 4096;
    broken << std::string(rest, '\x7f');
  }
  const auto history = open();
  const auto refused = add(*history, kNow, kNow + 10'000, 5);
  EXPECT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);  // it will be sent again
  EXPECT_EQ(set_aside().size(), 1u);
  ASSERT_TRUE(add(*history, kNow, kNow + 10'000, 5));
  EXPECT_EQ(goods(*history, {kNow, 10'000, 1}), (std::vector<double>{5}));
}

TEST_F(MetricsHistoryTest, a_full_disk_refuses_and_nothing_is_lost) {
  MetricsHistory::Options options;
  options.max_bytes = 128 * 1024;
  const auto history = open(options);
  int taken = 0;
  for (; taken < 10'000; ++taken) {
    Contribution big{kNow, kNow + 10'000, {}};
    for (int i = 0; i < 100; ++i) {
      big.rows.push_back(row("iris", 1, SeriesKind::kClient, std::to_string(i)));
    }
    big.rows.push_back(row("iris", 1));
    const auto added = history->add(std::nullopt, big);
    if (added) continue;
    EXPECT_EQ(added.error().code, ErrorCode::kUnavailable);
    break;
  }
  EXPECT_GT(taken, 0);
  EXPECT_LT(taken, 10'000);
  EXPECT_EQ(history->problem(), "");
  EXPECT_EQ(goods(*history, {kNow, 10'000, 1}), (std::vector<double>{static_cast<double>(taken)}));
}

TEST_F(MetricsHistoryTest,
       a_file_that_cannot_be_opened_is_tried_again_and_takes_nothing_until_then) {
  std::vector<std::string> told;
  MetricsHistory::Options options;
  options.open_again = std::chrono::milliseconds(0);
  options.on_problem = [&](const std::string& problem) { told.push_back(problem); };
  const auto folder = folder_.path() / "later";
  MetricsHistory history(folder / "metrics.db", options);
  EXPECT_NE(history.problem(), "");
  for (int i = 0; i < 2; ++i) {
    const auto added = add(history, kNow, kNow + 10'000, 5);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(goods(history, {kNow, 10'000, 1}), std::vector<double>{});
  }
  std::filesystem::create_directory(folder);
  ASSERT_TRUE(add(history, kNow, kNow + 10'000, 5));
  EXPECT_EQ(goods(history, {kNow, 10'000, 1}), std::vector<double>{5});
  EXPECT_EQ(history.problem(), "");
  ASSERT_EQ(told.size(), 2u);  // once that there is none, and once that there is
  EXPECT_EQ(told[1], "");
}

}  // namespace
}  // namespace slipway::store
