#pragma once
// Tells control what clients used (snapshot/usage.h): every period when there is something to tell,
// and a last time at the end. While control is away the counts wait in the book.
//
// Lives on the gateway's main reactor.

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/log.h"
#include "gateway/client_book.h"
#include "gateway/control_call.h"
#include "os/reactor.h"
#include "snapshot/usage.h"

namespace slipway::gateway {

class UsageReport {
 public:
  // Begins at once.
  UsageReport(os::Reactor& reactor, os::Address control, ClientBook& book,
              std::chrono::milliseconds period, const Logger& log);
  ~UsageReport();

  // Reports what is left, then calls `done` from the loop: when control has answered, when it
  // failed to, or when there is nothing to tell. No report follows.
  void finish(std::function<void()> done);

 private:
  void report();
  void on_reply(const Result<ControlReply>& reply);

  os::Reactor& reactor_;
  const os::Address control_;
  ClientBook& book_;
  const std::chrono::milliseconds period_;
  Logger log_;
  os::Timer timer_;
  std::unique_ptr<ControlCall> call_;
  std::vector<snapshot::ClientUse> told_;  // by the call under way
  std::function<void()> done_;
  bool failing_ = false;
};

// The request of one report, as bytes.
std::string usage_request(std::span<const snapshot::ClientUse> uses);

}  // namespace slipway::gateway
