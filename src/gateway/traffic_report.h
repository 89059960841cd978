#pragma once
// Tells control what was counted (snapshot/traffic.h): every period, also that there was nothing,
// and a last time at the end. One report is under way at a time, the same bytes until control has
// answered that it keeps them; while control is away the counts wait where they are made.
//
// Lives on the gateway's main reactor.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "gateway/control_call.h"
#include "gateway/traffic_tally.h"
#include "os/reactor.h"

namespace slipway::gateway {

class TrafficReporter {
 public:
  // Begins at once. `gateway` is its id.
  TrafficReporter(os::Reactor& reactor, os::Address control, std::string gateway, Random& random,
                  TrafficTally tally, std::chrono::milliseconds period, const Logger& log);
  ~TrafficReporter();

  // Reports what is left, then calls `done` from the loop: when control has answered, or when it
  // has failed to and `patience` has passed. No report follows.
  void finish(std::chrono::milliseconds patience, std::function<void()> done);

 private:
  void begin();  // makes the reports about the time since the last ones
  void send();   // the oldest
  void go_on();  // after an answer that it is kept
  void on_reply(const Result<ControlReply>& reply);

  os::Reactor& reactor_;
  const os::Address control_;
  const std::string gateway_;
  const std::string run_;
  TrafficTally tally_;
  const std::chrono::milliseconds period_;
  Logger log_;
  os::Timer timer_;
  std::unique_ptr<ControlCall> call_;
  Monotonic told_until_;             // of what is in reports
  std::deque<std::string> reports_;  // encoded; the oldest first
  uint64_t sequence_ = 0;
  std::function<void()> done_;
  Monotonic give_up_at_{};  // with done_
  bool last_made_ = false;  // the reports of finish()
  bool failing_ = false;
};

// The request of one report, as bytes.
std::string traffic_request(std::string_view report, std::chrono::milliseconds age);

}  // namespace slipway::gateway
