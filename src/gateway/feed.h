#pragma once
// Fetches snapshots from control by long poll, for ever: asks with what all workers have adopted,
// hands on what is new, asks again, and waits between failures with growing, jittered pauses
// (50 ms … 1 s). Each poll carries the acknowledgement (snapshot/ack.h), so when that changes a new
// poll replaces the one that waits.
//
// Lives on the gateway's main reactor. Takes whatever control sends: when the control store is a
// new one, versions begin anew.

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "base/random.h"
#include "gateway/control_call.h"
#include "os/reactor.h"
#include "snapshot/ack.h"
#include "snapshot/snapshot.h"

namespace slipway::gateway {

class Feed {
 public:
  using OnSnapshot = std::function<void(std::shared_ptr<const snapshot::Snapshot> snapshot,
                                        std::string_view encoded)>;

  Feed(os::Reactor& reactor, os::Address control, Random& random, const Logger& log,
       OnSnapshot on_snapshot);

  // Begins to poll with this acknowledgement.
  void start(const snapshot::Ack& ack);
  // What is true now. A poll that says otherwise is given up for one that says this.
  void acknowledge(const snapshot::Ack& ack);
  void stop();
  // Polls no more, and tells control that this gateway has ended its work; `done` is called from
  // the loop when control has heard it, or could not be told.
  void leave(std::function<void()> done);

  // The last poll was answered.
  bool connected() const { return failures_ == 0 && answered_; }

 private:
  void poll();
  void on_reply(Result<ControlReply> reply);
  void on_failure(const std::string& reason);
  void wait(std::chrono::milliseconds pause);

  os::Reactor& reactor_;
  const os::Address control_;
  Random& random_;
  Logger log_;
  OnSnapshot on_snapshot_;
  os::Timer retry_;
  std::unique_ptr<ControlCall> call_;
  snapshot::Ack ack_;
  snapshot::Ack told_;       // what the present poll says
  snapshot::Ack handed_on_;  // version and control id of the last snapshot that came
  bool stopped_ = true;
  bool answered_ = false;
  unsigned failures_ = 0;
};

// The request of one poll, as bytes.
std::string poll_request(const snapshot::Ack& ack);

// The pause after `failures` failures in a row (from 1): 50 ms doubled up to 1 s, then a random
// part of up to half of it taken off, so that gateways do not come back all at once.
std::chrono::milliseconds pause_after(unsigned failures, Random& random);

}  // namespace slipway::gateway
