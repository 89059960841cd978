#pragma once
// Timers in a hierarchical wheel: 7 levels of 64 slots, one tick a millisecond, so that arming,
// disarming and firing are O(1) and the next due tick is found by bit scans. Owned by a reactor,
// used on its thread. It reads no clock: the reactor says which tick it is.
//
// A timer sits at the level of the highest 6-bit digit in which its due tick differs from the
// current tick. All timers of a slot therefore lie ahead of the current tick and no slot wraps.

#include <array>
#include <cstdint>
#include <optional>

#include "os/reactor.h"

namespace slipway::os {

class TimerWheel {
 public:
  TimerWheel();
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Re-arms an armed timer. `due_tick` in the past fires on the next advance().
  void arm(Timer& timer, uint64_t due_tick);
  void disarm(Timer& timer);

  // Beside the wheel: fires with the next fire_turn_end(), whatever the tick.
  void arm_at_turn_end(Timer& timer);
  bool has_turn_end() const { return turn_end_.next_ != &turn_end_; }
  // What callbacks arm meanwhile is for the next call.
  void fire_turn_end();

  // The tick at which advance() has something to do: never later than the next timer is due.
  std::optional<uint64_t> next_tick() const;
  // Fires all that is due up to and including `tick`, in order. Callbacks may arm and disarm.
  void advance(uint64_t tick);

 private:
  static constexpr int kLevels = 7;
  static constexpr int kBits = 6;
  static constexpr uint64_t kSlots = 1 << kBits;
  // 2^42 ms are 139 years: beyond it nothing is told apart.
  static constexpr uint64_t kLastTick = (uint64_t{1} << (kLevels * kBits)) - 1;

  struct Position {
    int level;
    uint64_t slot;
    uint64_t tick;
  };
  struct Head : Timer {
    Head() : Timer(nullptr, nullptr) {}
  };
  std::optional<Position> next_position() const;
  // Moves a whole list to `to`: callbacks may arm into the list that is being fired.
  static void move_list(Head& from, Head& to);
  static void link(Timer& list, Timer& timer);
  static void unlink(Timer& timer);

  uint64_t current_ = 0;
  std::array<uint64_t, kLevels> occupied_{};  // a set bit may be stale, a clear one never is
  std::array<Head, kLevels * kSlots> heads_;  // of circular lists
  Head turn_end_;
};

}  // namespace slipway::os
