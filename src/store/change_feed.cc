#include "store/change_feed.h"

namespace slipway::store {

struct ChangeFeed::Subscription::Entry {
  std::mutex mutex;
  Listener listener;  // empty: ended
};

ChangeFeed::Subscription& ChangeFeed::Subscription::operator=(Subscription&& other) noexcept {
  if (this != &other) {
    end();
    entry_ = std::move(other.entry_);
  }
  return *this;
}

ChangeFeed::Subscription::~Subscription() { end(); }

void ChangeFeed::Subscription::end() {
  if (!entry_) return;
  const std::lock_guard lock(entry_->mutex);  // waits for a call under way
  entry_->listener = nullptr;
}

ChangeFeed::Subscription ChangeFeed::subscribe(Listener listener) {
  auto entry = std::make_shared<Subscription::Entry>();
  entry->listener = std::move(listener);
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const auto& weak) { return weak.expired(); });
  entries_.push_back(entry);
  return Subscription(std::move(entry));
}

void ChangeFeed::announce(Change change) {
  if (change.empty()) return;
  std::vector<std::shared_ptr<Subscription::Entry>> listeners;
  {
    const std::lock_guard lock(mutex_);
    change.sequence = ++sequence_;
    for (const auto& weak : entries_) {
      if (auto entry = weak.lock()) listeners.push_back(std::move(entry));
    }
  }
  // Without the feed's lock, so that a listener may take its own and others subscribe meanwhile.
  for (const auto& entry : listeners) {
    const std::lock_guard lock(entry->mutex);
    if (entry->listener) entry->listener(change);
  }
}

}  // namespace slipway::store
