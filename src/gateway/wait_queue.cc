#include "gateway/wait_queue.h"

namespace slipway::gateway {

Waiting::~Waiting() { WaitQueue::leave(*this); }

WaitQueue::WaitQueue()
    : turn_end_([](void* self) { static_cast<WaitQueue*>(self)->serve(); }, this) {}

void WaitQueue::join(Waiting& waiting) {
  waiting.queue_ = this;
  waiting.before_ = last_;
  waiting.behind_ = nullptr;
  (last_ == nullptr ? first_ : last_->behind_) = &waiting;
  last_ = &waiting;
  ++size_;
}

void WaitQueue::leave(Waiting& waiting) {
  WaitQueue* const queue = waiting.queue_;
  if (queue == nullptr) return;
  (waiting.before_ == nullptr ? queue->first_ : waiting.before_->behind_) = waiting.behind_;
  (waiting.behind_ == nullptr ? queue->last_ : waiting.behind_->before_) = waiting.before_;
  --queue->size_;
  waiting.queue_ = nullptr;
  waiting.before_ = waiting.behind_ = nullptr;
}

void WaitQueue::serve() {
  while (first_ != nullptr && first_->on_room()) {
  }
}

void WaitQueue::tell_new_routes() {
  // Once around: each goes from the front to the end. What one of them does may make others leave.
  for (size_t left = size_; left > 0 && first_ != nullptr; --left) {
    Waiting& waiting = *first_;
    leave(waiting);
    if (waiting.on_new_routes()) join(waiting);
  }
}

}  // namespace slipway::gateway
