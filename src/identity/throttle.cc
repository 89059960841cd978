#include "identity/throttle.h"

#include <algorithm>

namespace slipway::identity {

std::optional<std::chrono::seconds> Throttle::admit(const std::string& user,
                                                    const std::string& source, Monotonic now) {
  const std::lock_guard lock(mutex_);
  const Key key = key_of(user, source);
  if (const auto found = records_.find(key); found != records_.end()) {
    if (now < found->second.open_again) {
      return std::chrono::ceil<std::chrono::seconds>(found->second.open_again - now);
    }
    if (now - found->second.last > kMemory) records_.erase(found);
  } else if (records_.size() >= kMostKeys) {
    make_room(now);
  }
  Record& record = records_[key];
  record.last = now;
  ++record.failures;
  if (record.failures >= kFreeFailures) {
    const int doublings = std::min(record.failures - kFreeFailures, 20);
    record.open_again =
        now + std::min<std::chrono::seconds>(kFirstDelay * (1 << doublings), kLongestDelay);
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> Throttle::wait(const std::string& user,
                                                   const std::string& source, Monotonic now) const {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(key_of(user, source));
  if (found == records_.end() || now >= found->second.open_again) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(found->second.open_again - now);
}

void Throttle::note_success(const std::string& user, const std::string& source) {
  const std::lock_guard lock(mutex_);
  records_.erase(key_of(user, source));
}

size_t Throttle::size() const {
  const std::lock_guard lock(mutex_);
  return records_.size();
}

Throttle::Key Throttle::key_of(const std::string& user, const std::string& source) {
  return {user.size() <= kLongestName ? user : std::string(), source.substr(0, kLongestName)};
}

void Throttle::make_room(Monotonic now) {
  std::erase_if(records_, [now](const auto& entry) { return now - entry.second.last > kMemory; });
  if (records_.size() < kMostKeys) return;
  const auto oldest =
      std::min_element(records_.begin(), records_.end(),
                       [](const auto& a, const auto& b) { return a.second.last < b.second.last; });
  records_.erase(oldest);
}

}  // namespace slipway::identity
