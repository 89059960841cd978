#include "control/probe_schedule.h"

#include <algorithm>

namespace slipway::control {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

ProbeSchedule::ProbeSchedule(Prober& prober, OnOutcome on_outcome, ProbePace pace)
    : prober_(prober),
      on_outcome_(std::move(on_outcome)),
      pace_(pace),
      timer_([this] { run_timer(); }) {}

ProbeSchedule::~ProbeSchedule() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    entries_.clear();
  }
  wake_.notify_all();
  timer_.join();
}

void ProbeSchedule::watch(const domain::ReplicaKey& key, const std::string& run,
                          const ProbeTarget& target) {
  {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(key);
    if (at != entries_.end() && at->second.run == run && at->second.target == target) return;
    const uint64_t ticket = next_ticket_++;
    Entry entry;
    entry.ticket = ticket;
    entry.run = run;
    entry.target = target;
    entry.interval = pace_.first;
    entries_[key] = std::move(entry);
    due_.push({.at = steady_clock::now(), .ticket = ticket, .key = key});
  }
  wake_.notify_one();
}

void ProbeSchedule::forget(const domain::ReplicaKey& key) {
  const std::lock_guard lock(mutex_);
  entries_.erase(key);
}

size_t ProbeSchedule::watched() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void ProbeSchedule::run_timer() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (due_.empty()) {
      wake_.wait(lock);
      continue;
    }
    const Due next = due_.top();
    if (next.at > steady_clock::now()) {
      wake_.wait_until(lock, next.at);
      continue;
    }
    due_.pop();
    const auto at = entries_.find(next.key);
    if (at == entries_.end() || at->second.ticket != next.ticket) continue;
    os::ThreadPool& pool = at->second.slow ? slow_ : quick_;
    // Refused only when the pool ends, and then nobody asks any more.
    (void)pool.post([this, key = next.key, ticket = next.ticket] { ask(key, ticket); });
  }
}

void ProbeSchedule::ask(const domain::ReplicaKey& key, uint64_t ticket) {
  ProbeTarget target;
  std::string run;
  {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(key);
    if (ending_ || at == entries_.end() || at->second.ticket != ticket) return;
    target = at->second.target;
    run = at->second.run;
  }
  const ProbeOutcome outcome = prober_.probe(target);
  {
    const std::lock_guard lock(mutex_);
    const auto at = entries_.find(key);
    if (ending_ || at == entries_.end() || at->second.ticket != ticket) return;
    Entry& entry = at->second;
    milliseconds next = pace_.ready;
    if (outcome.ready) {
      entry.ready = true;
    } else {
      if (entry.ready) entry.interval = pace_.suspected;
      entry.ready = false;
      next = entry.interval;
      const auto grown = static_cast<double>(next.count()) * pace_.growth;
      entry.interval = std::min(pace_.slowest, milliseconds(1 + static_cast<int64_t>(grown)));
    }
    entry.slow = outcome.slow;
    due_.push({.at = steady_clock::now() + next, .ticket = ticket, .key = key});
  }
  wake_.notify_one();
  on_outcome_(key, run, outcome);
}

}  // namespace slipway::control
