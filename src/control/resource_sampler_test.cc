#include "control/resource_sampler.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "store/test_store.h"

namespace slipway::control {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using store::Metric;
using store::MetricPoint;
using store::SeriesKind;

class CountedViews final : public ReplicaViews {
 public:
  std::vector<engine::WorkloadReplica> replicas(const std::string& id) override {
    engine::WorkloadReplica one;
    one.observed.key = {id, 1, 0};
    one.restarts = restarts;
    return {one};
  }
  int restarts = 0;
};

class ResourceLooksTest : public testing::Test {
 protected:
  void answer(seconds cpu, int64_t memory) {
    answer_ = std::vector<engine::ReplicaResources>{{{"iris", 1, 0}, cpu, memory}};
  }
  MetricPoint seen(const store::SeriesName& name) {
    MetricPoint out;
    const int64_t now = to_unix_micros(clock_.now()) / 1000;
    EXPECT_TRUE(history_.read(std::vector<std::string>{name.deployment},
                              std::vector<SeriesKind>{name.kind}, {now - 600'000, 10'000, 120},
                              [&](const store::SeriesName&, std::span<const MetricPoint> points) {
                                for (const MetricPoint& point : points) out += point;
                              }));
    return out;
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  store::MetricsHistory history_{folder_.path() / "metrics.db", {}};
  CountedViews views_;
  Result<std::vector<engine::ReplicaResources>> answer_;
  ResourceLooks looks_{[this] { return answer_; }, views_, history_, clock_};
};

TEST_F(ResourceLooksTest, tells_what_was_used_since_the_look_before) {
  answer(seconds(100), 1'000);
  ASSERT_TRUE(looks_.look());
  clock_.advance(seconds(10));
  answer(seconds(105), 2'000);
  views_.restarts = 2;
  ASSERT_TRUE(looks_.look());
  const MetricPoint iris = seen({"iris", SeriesKind::kReplica, "iris-r1-0"});
  EXPECT_EQ(iris[Metric::kCpuMicros], 5'000'000);
  EXPECT_EQ(iris[Metric::kMemoryByteMs], 2'000.0 * 10'000);
  EXPECT_EQ(iris[Metric::kSampledMs], 10'000);
  EXPECT_EQ(iris[Metric::kRestarts], 2);
  EXPECT_EQ((seen({"", SeriesKind::kSampler, ""})[Metric::kCoveredMs]), 10'000);
}

TEST_F(ResourceLooksTest, a_replica_that_began_again_has_used_what_its_new_run_says) {
  answer(seconds(100), 1);
  ASSERT_TRUE(looks_.look());
  clock_.advance(seconds(10));
  answer(seconds(3), 1);
  ASSERT_TRUE(looks_.look());
  EXPECT_EQ((seen({"iris", SeriesKind::kReplica, "iris-r1-0"})[Metric::kCpuMicros]), 3'000'000);
}

TEST_F(ResourceLooksTest, an_engine_that_was_away_makes_the_time_longer_and_the_sum_stays) {
  answer(seconds(100), 1);
  ASSERT_TRUE(looks_.look());
  clock_.advance(seconds(10));
  answer_ = fail(ErrorCode::kUnavailable, "away");
  EXPECT_FALSE(looks_.look());
  clock_.advance(seconds(10));
  answer(seconds(108), 1);
  ASSERT_TRUE(looks_.look());
  const MetricPoint iris = seen({"iris", SeriesKind::kReplica, "iris-r1-0"});
  EXPECT_EQ(iris[Metric::kCpuMicros], 8'000'000);
  EXPECT_EQ(iris[Metric::kSampledMs], 20'000);
}

TEST_F(ResourceLooksTest, happen_on_a_thread_of_their_own) {
  std::promise<void> looked;
  std::atomic<bool> told{false};
  const ResourceSampler sampler({[&]() -> Result<std::vector<engine::ReplicaResources>> {
                                   if (!told.exchange(true)) looked.set_value();
                                   return std::vector<engine::ReplicaResources>{};
                                 },
                                 views_, history_, clock_},
                                Logger::silent(), milliseconds(1));
  looked.get_future().wait();
}

}  // namespace
}  // namespace slipway::control
