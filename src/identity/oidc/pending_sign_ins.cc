#include "identity/oidc/pending_sign_ins.h"

#include <utility>

namespace slipway::identity::oidc {

void PendingSignIns::put(const std::string& state, PendingSignIn pending, Monotonic now) {
  const std::lock_guard lock(mutex_);
  drop_ended(now);
  if (entries_.size() >= kMost) drop_oldest();
  const auto place = order_.insert(order_.end(), state);
  entries_[state] = Entry{std::move(pending), now + kLifetime, place};
}

std::optional<PendingSignIn> PendingSignIns::take(const std::string& state, Monotonic now) {
  const std::lock_guard lock(mutex_);
  drop_ended(now);
  const auto found = entries_.find(state);
  if (found == entries_.end()) return std::nullopt;
  PendingSignIn out = std::move(found->second.pending);
  order_.erase(found->second.place);
  entries_.erase(found);
  return out;
}

size_t PendingSignIns::size() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

void PendingSignIns::drop_ended(Monotonic now) {
  // All live equally long, so the oldest ends first.
  while (!order_.empty() && entries_.at(order_.front()).ends <= now) drop_oldest();
}

void PendingSignIns::drop_oldest() {
  entries_.erase(order_.front());
  order_.pop_front();
}

}  // namespace slipway::identity::oidc
