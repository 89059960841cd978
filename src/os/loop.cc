#include "os/loop.h"

#include <algorithm>

namespace slipway::os {

Loop::Loop() : origin_(std::chrono::steady_clock::now()), now_(origin_) {}

void Loop::run() {
  running_ = true;
  refresh_now();
  stopping_ = false;
  while (!stopping_) turn();
  running_ = false;
  rest();
}

void Loop::stop() {
  // As mail, so that whoever stops has let go of the reactor before run() returns.
  mailbox_.post([this] { stopping_ = true; });
}

void Loop::turn() {
  wait(timeout_ms());
  refresh_now();
  if (mailbox_.has_mail()) mailbox_.deliver();
  tell_events();
  // After I/O: bytes that came in time are seen before the deadline that they meet.
  wheel_.advance(tick_of(now_));
  wheel_.fire_turn_end();
}

int Loop::timeout_ms() const {
  // Mail that came while this turn acknowledged earlier mail has lost its wake-up.
  if (owes() || wheel_.has_turn_end() || mailbox_.has_mail()) return 0;
  const auto next = wheel_.next_tick();
  if (!next) return -1;
  const uint64_t now = tick_of(now_);
  // A minute at most, so that no difference of widths matters.
  return *next <= now ? 0 : static_cast<int>(std::min<uint64_t>(*next - now, 60'000));
}

void Loop::refresh_now() { now_ = std::chrono::steady_clock::now(); }

uint64_t Loop::tick_of(Monotonic time) const {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(time - origin_).count());
}

void Loop::arm(Timer& timer, std::chrono::milliseconds delay) {
  if (!running_) refresh_now();
  // One more: the present tick has partly passed, and a timer is never early.
  const auto ticks = static_cast<uint64_t>(std::max<int64_t>(delay.count(), 0)) + 1;
  wheel_.arm(timer, tick_of(now_) + ticks);
}

}  // namespace slipway::os
