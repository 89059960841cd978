#include "os/timer_wheel.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <memory>
#include <vector>

namespace slipway::os {
namespace {

struct Recorded {
  Recorded(std::vector<uint64_t>& list, uint64_t due) : fired(list), due_tick(due) {}
  std::vector<uint64_t>& fired;
  uint64_t due_tick;
  Timer timer{[](void* self) {
                auto& one = *static_cast<Recorded*>(self);
                one.fired.push_back(one.due_tick);
              },
              this};
};

TEST(TimerWheel, fires_exactly_what_is_due_in_order) {
  const bool holds = rc::check([] {
    const auto delays = *rc::gen::container<std::vector<uint64_t>>(
        rc::gen::oneOf(rc::gen::inRange<uint64_t>(0, 200), rc::gen::inRange<uint64_t>(0, 70'000),
                       rc::gen::inRange<uint64_t>(0, 400'000'000)));
    const auto steps = *rc::gen::container<std::vector<uint64_t>>(
        rc::gen::oneOf(rc::gen::inRange<uint64_t>(1, 5), rc::gen::inRange<uint64_t>(1, 5'000),
                       rc::gen::inRange<uint64_t>(1, 100'000'000)));
    TimerWheel wheel;
    std::vector<uint64_t> fired;
    std::vector<std::unique_ptr<Recorded>> timers;
    std::vector<uint64_t> expected;
    uint64_t now = 0;
    size_t next = 0;
    for (const uint64_t step : steps) {
      // A few timers are armed before every step, relative to that moment.
      for (int i = 0; i < 3 && next < delays.size(); ++i, ++next) {
        timers.push_back(std::make_unique<Recorded>(fired, now + delays[next]));
        wheel.arm(timers.back()->timer, now + delays[next]);
      }
      uint64_t earliest = UINT64_MAX;
      for (const auto& one : timers) {
        if (one->timer.armed()) earliest = std::min(earliest, one->due_tick);
      }
      if (earliest != UINT64_MAX) {
        RC_ASSERT(wheel.next_tick().has_value());
        RC_ASSERT(*wheel.next_tick() <= earliest);
      }
      now += step;
      fired.clear();
      expected.clear();
      for (const auto& one : timers) {
        if (one->timer.armed() && one->due_tick <= now) expected.push_back(one->due_tick);
      }
      std::sort(expected.begin(), expected.end());
      wheel.advance(now);
      RC_ASSERT(fired == expected);
    }
  });
  EXPECT_TRUE(holds);
}

TEST(TimerWheel, knows_of_no_tick_when_all_are_disarmed) {
  TimerWheel wheel;
  std::vector<uint64_t> fired;
  Recorded one(fired, 100);
  wheel.arm(one.timer, 100);
  EXPECT_EQ(wheel.next_tick().value_or(0), 64u);  // the slot of level 1 that holds it
  wheel.disarm(one.timer);
  EXPECT_FALSE(wheel.next_tick().has_value());
}

TEST(TimerWheel, moves_a_timer_that_is_armed_again) {
  TimerWheel wheel;
  std::vector<uint64_t> fired;
  Recorded one(fired, 0);
  wheel.arm(one.timer, 10);
  wheel.arm(one.timer, 5'000);
  wheel.advance(4'999);
  EXPECT_TRUE(fired.empty());
  wheel.advance(5'000);
  EXPECT_EQ(fired.size(), 1u);
}

TEST(TimerWheel, fires_at_the_turn_end_once_and_without_a_tick) {
  TimerWheel wheel;
  std::vector<uint64_t> fired;
  Recorded one(fired, 1);
  Recorded two(fired, 2);
  wheel.arm_at_turn_end(one.timer);
  wheel.arm_at_turn_end(two.timer);
  wheel.disarm(one.timer);
  wheel.fire_turn_end();
  wheel.fire_turn_end();
  EXPECT_EQ(fired, std::vector<uint64_t>{2});
  EXPECT_FALSE(wheel.has_turn_end());
}

TEST(TimerWheel, may_die_before_its_timers) {
  std::vector<uint64_t> fired;
  Recorded one(fired, 0);
  {
    TimerWheel wheel;
    wheel.arm(one.timer, 10);
  }
  EXPECT_FALSE(one.timer.armed());
}

}  // namespace
}  // namespace slipway::os
