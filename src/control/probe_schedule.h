#pragma once
// When each replica is asked next, and the few threads that ask. Fast while a replica starts (a
// client waits for it), slowly once it is ready. Replicas that let a probe time out are asked on
// threads of their own, so that a hundred hanging ones do not delay the news about the others.
//
// Owned by PlannedWorkloads; any thread. Outcomes are told on the asking threads, never under a
// lock, and not after forget() has returned for good only if the receiver compares the run it
// belongs to: an outcome that is under way may still arrive.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "control/readiness_probe.h"
#include "domain/replica.h"
#include "os/thread_pool.h"

namespace slipway::control {

struct ProbePace {
  // A starting replica: at once, then growing, so that a fast image is seen within milliseconds and
  // a slow one costs a probe a second.
  std::chrono::milliseconds first{15};
  double growth = 1.25;
  std::chrono::milliseconds slowest{1000};
  // A ready one; and when it just failed, to know soon whether it is a hiccup.
  std::chrono::milliseconds ready{2000};
  std::chrono::milliseconds suspected{400};
};

class ProbeSchedule {
 public:
  // `run` tells one life of a key from the next.
  using OnOutcome = std::function<void(const domain::ReplicaKey& key, const std::string& run,
                                       const ProbeOutcome& outcome)>;
  static constexpr size_t kQuickThreads = 8;
  static constexpr size_t kSlowThreads = 8;

  // `prober` outlives the schedule.
  ProbeSchedule(Prober& prober, OnOutcome on_outcome, ProbePace pace = {});
  ~ProbeSchedule();
  ProbeSchedule(const ProbeSchedule&) = delete;
  ProbeSchedule& operator=(const ProbeSchedule&) = delete;

  // Begins to ask, at once; changes nothing when the same run is asked at the same target already.
  void watch(const domain::ReplicaKey& key, const std::string& run, const ProbeTarget& target);
  void forget(const domain::ReplicaKey& key);
  size_t watched() const;

 private:
  struct Entry {
    uint64_t ticket = 0;  // which watch() it is from
    std::string run;
    ProbeTarget target;
    bool ready = false;
    bool slow = false;
    std::chrono::milliseconds interval{};
  };
  struct Due {
    Monotonic at;
    uint64_t ticket;
    domain::ReplicaKey key;
    bool operator>(const Due& other) const { return at > other.at; }
  };

  void run_timer();
  void ask(const domain::ReplicaKey& key, uint64_t ticket);

  Prober& prober_;
  const OnOutcome on_outcome_;
  const ProbePace pace_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::map<domain::ReplicaKey, Entry> entries_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  uint64_t next_ticket_ = 1;
  bool ending_ = false;
  os::ThreadPool quick_{"probe", kQuickThreads};
  os::ThreadPool slow_{"probe-slow", kSlowThreads};
  std::thread timer_;
};

}  // namespace slipway::control
