#include "os/mailbox.h"

#include <sys/eventfd.h>

#include <cerrno>
#include <utility>

namespace slipway::os {

Result<void> Mailbox::open() {
  event_.reset(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!event_) return fail(errno_error("cannot make an eventfd", errno));
  return {};
}

void Mailbox::post(std::function<void()> task) {
  // All under the lock: the task may end the loop and this mailbox with it, and it cannot run
  // before the poster has let go.
  const std::lock_guard lock(mutex_);
  const bool first = posted_.empty();
  posted_.push_back(std::move(task));
  waiting_.store(true, std::memory_order_release);
  // The only failure is a full counter, and then the loop is awake anyway.
  if (first) (void)eventfd_write(event_.get(), 1);
}

void Mailbox::deliver() {
  {
    const std::lock_guard lock(mutex_);
    running_.swap(posted_);
    waiting_.store(false, std::memory_order_release);
  }
  for (auto& task : running_) {
    task();
    task = nullptr;  // what it holds dies now, not at the end of the batch
  }
  running_.clear();
}

void Mailbox::acknowledge() {
  eventfd_t count = 0;
  (void)eventfd_read(event_.get(), &count);
}

}  // namespace slipway::os
