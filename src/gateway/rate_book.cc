#include "gateway/rate_book.h"

#include <algorithm>

namespace slipway::gateway {

std::shared_ptr<RateLimit> RateBook::of(std::string_view deployment) {
  const std::lock_guard lock(mutex_);
  const auto found = limits_.find(deployment);
  if (found != limits_.end()) {
    if (auto limit = found->second.lock()) return limit;
  }
  if (limits_.size() >= sweep_at_) {
    std::erase_if(limits_, [](const auto& entry) { return entry.second.expired(); });
    sweep_at_ = std::max(kFirstSweep, 2 * limits_.size());
  }
  auto limit = std::make_shared<RateLimit>();
  limits_[std::string(deployment)] = limit;
  return limit;
}

size_t RateBook::size() const {
  const std::lock_guard lock(mutex_);
  return limits_.size();
}

}  // namespace slipway::gateway
