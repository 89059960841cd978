#include "serve/conversation.h"

#include <utility>

namespace slipway::serve {

template <typename Change>
bool Conversation::change_and_schedule(Change change) {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  change(waiting_);
  // Under the lock: close() comes before the reactor's end, and after it nobody gets here.
  if (!std::exchange(scheduled_, true)) {
    reactor_.post([self = shared_from_this()] { self->deliver(); });
  }
  return true;
}

void Conversation::reply(Reply reply) {
  change_and_schedule([&](Delivery& waiting) { waiting.whole = std::move(reply); });
}

void Conversation::start(int status, HeaderFields fields) {
  change_and_schedule([&](Delivery& waiting) {
    waiting.start = Reply{status, std::move(fields), {}};
  });
}

bool Conversation::write(std::string_view bytes) {
  return change_and_schedule([&](Delivery& waiting) { waiting.bytes.append(bytes); });
}

void Conversation::finish() {
  change_and_schedule([](Delivery& waiting) { waiting.finished = true; });
}

void Conversation::abort() {
  change_and_schedule([](Delivery& waiting) { waiting.aborted = true; });
}

bool Conversation::wait_writable(size_t limit, std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return closed_ || (!congested_ && waiting_.bytes.size() < limit); };
  return changed_.wait_for(lock, timeout, ready) && !closed_;
}

bool Conversation::wait_closed(std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return closed_; });
}

bool Conversation::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void Conversation::deliver() {
  Delivery delivery;
  {
    const std::lock_guard lock(mutex_);
    scheduled_ = false;
    if (closed_) return;
    delivery = std::exchange(waiting_, {});
  }
  set_congested(receiver_->deliver(std::move(delivery)));
}

void Conversation::close() {
  receiver_ = nullptr;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

void Conversation::set_congested(bool congested) {
  {
    const std::lock_guard lock(mutex_);
    congested_ = congested;
  }
  changed_.notify_all();
}

}  // namespace slipway::serve
