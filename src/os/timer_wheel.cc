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
}

TimerWheel::~TimerWheel() {
  // Timers may outlive the wheel: leave none pointing into it.
  for (Timer& head : heads_) {
    while (head.next_ != &head) unlink(*head.next_);
    head.next_ = head.previous_ = nullptr;
  }
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

    // Move the list aside: callbacks may arm into this very slot.
    Head due;
    due.next_ = slot.next_;
    due.previous_ = slot.previous_;
    due.next_->previous_ = due.previous_->next_ = &due;
    slot.next_ = slot.previous_ = &slot;
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
