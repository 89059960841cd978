#include "control/probe_schedule.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>

namespace slipway::control {
namespace {

using domain::ReplicaKey;
using std::chrono::milliseconds;

constexpr ProbePace kBrisk{.first = milliseconds(1),
                           .growth = 1.1,
                           .slowest = milliseconds(5),
                           .ready = milliseconds(5),
                           .suspected = milliseconds(1)};

template <typename Condition>
bool eventually(Condition condition) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return true;
}

// Ports above 60000 let a probe time out: the answer comes only when the test lets it.
class ScriptedProber final : public Prober {
 public:
  ProbeOutcome probe(const ProbeTarget& target) override {
    ++asked;
    if (target.port <= 60000) return {.ready = ready.load()};
    while (!let_go) std::this_thread::sleep_for(milliseconds(1));
    return {.slow = true, .cause = "does not answer"};
  }
  std::atomic<bool> ready{true};
  std::atomic<bool> let_go{false};
  std::atomic<int> asked{0};
};

ProbeTarget at_port(uint16_t port) { return {.host = "127.0.0.1", .port = port}; }

TEST(ProbeSchedule, asks_again_and_again_until_it_is_told_to_forget) {
  ScriptedProber prober;
  std::atomic<int> told{0};
  ProbeSchedule schedule(
      prober, [&](const ReplicaKey&, const std::string&, const ProbeOutcome&) { ++told; }, kBrisk);
  schedule.watch({"iris", 1, 0}, "run-1", at_port(1));
  EXPECT_TRUE(eventually([&] { return told >= 3; }));
  prober.ready = false;
  const int before = told;
  EXPECT_TRUE(eventually([&] { return told >= before + 5; })) << "one that failed is asked too";
  schedule.forget({"iris", 1, 0});
  EXPECT_EQ(schedule.watched(), 0u);
}

TEST(ProbeSchedule, names_the_run_that_an_outcome_belongs_to) {
  ScriptedProber prober;
  std::mutex mutex;
  std::set<std::string> runs;
  ProbeSchedule schedule(
      prober,
      [&](const ReplicaKey&, const std::string& run, const ProbeOutcome&) {
        const std::lock_guard lock(mutex);
        runs.insert(run);
      },
      kBrisk);
  const auto has = [&](const std::string& run) {
    return eventually([&] {
      const std::lock_guard lock(mutex);
      return runs.contains(run);
    });
  };
  schedule.watch({"iris", 1, 0}, "run-1", at_port(1));
  EXPECT_TRUE(has("run-1"));
  schedule.watch({"iris", 1, 0}, "run-2", at_port(1));
  EXPECT_TRUE(has("run-2"));
  EXPECT_EQ(schedule.watched(), 1u);
}

TEST(ProbeSchedule, hears_of_a_thousand_ready_replicas_while_others_hang) {
  ScriptedProber prober;
  std::mutex mutex;
  std::set<int> heard;
  ProbeSchedule schedule(
      prober,
      [&](const ReplicaKey& key, const std::string&, const ProbeOutcome& outcome) {
        const std::lock_guard lock(mutex);
        if (outcome.ready) heard.insert(key.ordinal);
      },
      kBrisk);
  // As many as there are slow threads, and all but one of the quick ones, never come back.
  for (size_t i = 0; i + 1 < ProbeSchedule::kQuickThreads; ++i) {
    schedule.watch({"hangs", 1, static_cast<int>(i)}, "run", at_port(60001));
  }
  constexpr int kMany = 1000;
  for (int i = 0; i < kMany; ++i) schedule.watch({"iris", 1, i}, "run", at_port(1));
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex);
    return heard.size() == kMany;
  }));
  prober.let_go = true;
}

}  // namespace
}  // namespace slipway::control
