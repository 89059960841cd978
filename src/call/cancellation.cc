#include "call/cancellation.h"

#include <algorithm>

#include "call/transfer.h"

namespace slipway::call {

void Cancellation::cancel() {
  cancelled_.store(true, std::memory_order_release);
  // Under the lock, so that a transfer that is just ending is not woken after its end.
  const std::lock_guard lock(mutex_);
  for (void* waiting : waiting_) Transfer::wake(waiting);
}

void Cancellation::attach(void* waiting) {
  const std::lock_guard lock(mutex_);
  waiting_.push_back(waiting);
}

void Cancellation::detach(void* waiting) {
  const std::lock_guard lock(mutex_);
  waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), waiting), waiting_.end());
}

}  // namespace slipway::call
