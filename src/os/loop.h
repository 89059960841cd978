#pragma once
// What every Reactor does alike: mail, timers and the order of a turn. An implementation says how
// to wait for events and how to tell them. Owned and used like the Reactor that it is.

#include <functional>

#include "os/mailbox.h"
#include "os/reactor.h"
#include "os/timer_wheel.h"

namespace slipway::os {

class Loop : public Reactor {
 public:
  void run() final;
  void stop() final;
  void post(std::function<void()> task) final { mailbox_.post(std::move(task)); }
  void arm(Timer& timer, std::chrono::milliseconds delay) final;
  void disarm(Timer& timer) final { wheel_.disarm(timer); }
  void arm_at_turn_end(Timer& timer) final { wheel_.arm_at_turn_end(timer); }
  Monotonic now() const final { return now_; }

 protected:
  Loop();

  // Sleeps until something has happened, at most so long (-1: any time), and tells nobody yet.
  virtual void wait(int timeout_ms) = 0;
  // Tells what has happened, then what calls of the user's left owed.
  virtual void tell_events() = 0;
  // Something is owed: the next wait must not sleep.
  virtual bool owes() const = 0;
  // run() is about to return.
  virtual void rest() {}

  bool running() const { return running_; }
  Mailbox& mailbox() { return mailbox_; }

 private:
  void turn();
  int timeout_ms() const;
  void refresh_now();
  uint64_t tick_of(Monotonic time) const;

  Mailbox mailbox_;
  TimerWheel wheel_;
  const Monotonic origin_;
  Monotonic now_;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace slipway::os
