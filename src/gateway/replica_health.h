#pragma once
// Whether a replica is to be preferred, judged by what requests of one worker met on it: passive
// ejection with half-open return. Ejected means passed over for a while, never shut out: when every
// other is worse or full, the balancer takes it all the same.
//
//   good --kFaultsInRow faults in a row, or one failed connect--> ejected
//   ejected --its time is over: begin()--> on trial, with one request; the others avoid it still
//   on trial --the head of a reply--> on probation: open to all, and one fault ejects it again
//   on trial, on probation --fault--> ejected, for twice as long as the last time
//   on trial --undecided: the client went away--> ejected, its time over
//   any --a whole reply of whoever began when it was good again--> good, all is forgotten
//
// A fault is what the replica's side of HTTP did wrong, never what the model said: a 500, or a 503,
// is its answer, and a request that no replica can digest must not take them away one by one. Nor
// is silence within a reply, which may be the model's pace.
//
// One for each worker and replica, in its Upstream, so that it outlives snapshots and a replica
// that was made anew begins as good. Pure but for the generator that is handed in; no lock, no
// allocation.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "gateway/worker_random.h"

namespace slipway::gateway {

enum class Fault : uint8_t {
  kConnect,   // no connection, or none in time
  kLost,      // the connection ended before or within a reply
  kBadReply,  // a reply that broke the rules of HTTP
  kTimeout,   // no reply began in time
  kCount
};
inline constexpr size_t kFaults = static_cast<size_t>(Fault::kCount);
std::string_view to_string(Fault fault);

// How a request stands to the replica it is sent to; what came of it is told with that.
enum class Standing : uint8_t {
  kUsual,
  kTrial,      // the one that finds out whether it is well again
  kLastResort  // ejected, but there was nothing better
};

class ReplicaHealth {
 public:
  static constexpr unsigned kFaultsInRow = 5;
  static constexpr std::chrono::seconds kFirstEjection{1};
  static constexpr std::chrono::seconds kLongestEjection{30};

  // Neither ejected nor on trial.
  bool good() const { return avoided_until_ == Monotonic{}; }
  // For the balancer: others are better. Not when its time is over: whoever comes then is the
  // trial.
  bool avoided(Monotonic now) const { return now < avoided_until_; }

  // A request is sent to it. One of the next three, or nothing, says how that went.
  Standing begin(Monotonic now) { return good() ? Standing::kUsual : begin_on_ejected(now); }

  // The head of a reply came to a request that was not kUsual, which it is from now on.
  void answered();
  // A reply came whole, to a request that is kUsual.
  void succeeded() {
    if (!good()) return;  // it began before the others failed
    faults_ = 0;
    ejections_ = 0;
  }
  // True: the replica is ejected by this.
  bool failed(Standing standing, Fault fault, Monotonic now, QuickRandom& random);
  // Nobody will know.
  void undecided(Standing standing);

 private:
  Standing begin_on_ejected(Monotonic now);
  void eject(Monotonic now, QuickRandom& random);

  Monotonic avoided_until_{};  // zero: good; the end of time: on trial
  bool on_trial_ = false;
  uint8_t faults_ = 0;     // in a row
  uint8_t ejections_ = 0;  // since the last whole reply
};

}  // namespace slipway::gateway
