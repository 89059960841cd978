#include "os/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace slipway::os {

Timer::~Timer() {
  if (next_ == nullptr) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
}

TimerWheel::TimerWheel() {
  for (Timer& head : heads_) head.next_ = head.previous_ = &head;
  turn_end_.next_ = turn_end_.previous_ = &turn_end_;
}

TimerWheel::~TimerWheel() {
  // Timers may outlive the wheel: leave none pointing into it.
  const auto clear = [](Head& head) {
    while (head.next_ != &head) unlink(*head.next_);
    head.next_ = head.previous_ = nullptr;
  };
  for (Head& head : heads_) clear(head);
  clear(turn_end_);
}

void TimerWheel::link(Timer& list, Timer& timer) {
  timer.next_ = &list;
  timer.previous_ = list.previous_;
  list.previous_->next_ = &timer;
  list.previous_ = &timer;
}

void TimerWheel::unlink(Timer& timer) {
  timer.next_->previous_ = timer.previous_;
  timer.previous_->next_ = timer.next_;
  timer.next_ = timer.previous_ = nullptr;
}

void TimerWheel::move_list(Head& from, Head& to) {
  to.next_ = from.next_;
  to.previous_ = from.previous_;
  to.next_->previous_ = to.previous_->next_ = &to;
  from.next_ = from.previous_ = &from;
}

void TimerWheel::arm_at_turn_end(Timer& timer) {
  disarm(timer);
  link(turn_end_, timer);
}

void TimerWheel::fire_turn_end() {
  if (!has_turn_end()) return;
  Head due;
  move_list(turn_end_, due);
  while (due.next_ != &due) {
    Timer& timer = *due.next_;
    unlink(timer);
    timer.callback_(timer.context_);
  }
  due.next_ = due.previous_ = nullptr;
}

void TimerWheel::arm(Timer& timer, uint64_t due_tick) {
  disarm(timer);
  timer.due_tick_ = std::clamp(due_tick, current_, kLastTick);
  const uint64_t differing = (timer.due_tick_ ^ current_) | (kSlots - 1);
  const int level = (63 - std::countl_zero(differing)) / kBits;
  const uint64_t slot = (timer.due_tick_ >> (level * kBits)) & (kSlots - 1);
  link(heads_[static_cast<uint64_t>(level) * kSlots + slot], timer);
  occupied_[static_cast<size_t>(level)] |= uint64_t{1} << slot;
}

void TimerWheel::disarm(Timer& timer) {
  if (timer.next_ == nullptr) return;
  if (timer.next_ == timer.previous_) {
    // The last of its list; the list is a slot's unless advance() is just firing it.
    const auto* head = static_cast<const Head*>(timer.next_);
    if (head >= heads_.data() && head < heads_.data() + heads_.size()) {
      const auto index = static_cast<uint64_t>(head - heads_.data());
      occupied_[index / kSlots] &= ~(uint64_t{1} << (index % kSlots));
    }
  }
  unlink(timer);
}

std::optional<TimerWheel::Position> TimerWheel::next_position() const {
  for (int level = 0; level < kLevels; ++level) {
    const uint64_t occupied = occupied_[static_cast<size_t>(level)];
    if (occupied == 0) continue;
    // Lower levels lie before higher ones, and slots of one level are in order of time.
    const auto slot = static_cast<uint64_t>(std::countr_zero(occupied));
    const int shift = level * kBits;
    const uint64_t above = current_ >> shift >> kBits << kBits << shift;
    return Position{level, slot, above | (slot << shift)};
  }
  return std::nullopt;
}

std::optional<uint64_t> TimerWheel::next_tick() const {
  const auto position = next_position();
  if (!position) return std::nullopt;
  return position->tick;
}

void TimerWheel::advance(uint64_t tick) {
  while (const auto position = next_position()) {
    if (position->tick > tick) break;
    current_ = std::max(current_, position->tick);
    occupied_[static_cast<size_t>(position->level)] &= ~(uint64_t{1} << position->slot);
    Head& slot = heads_[static_cast<uint64_t>(position->level) * kSlots + position->slot];
    if (slot.next_ == &slot) continue;

    Head due;
    move_list(slot, due);
    while (due.next_ != &due) {
      Timer& timer = *due.next_;
      unlink(timer);
      if (position->level == 0) {
        timer.callback_(timer.context_);
      } else {
        arm(timer, timer.due_tick_);
      }
    }
    due.next_ = due.previous_ = nullptr;
  }
  current_ = std::max(current_, tick);
}

}  // namespace slipway::os
