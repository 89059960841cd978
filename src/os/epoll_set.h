#pragma once
// epoll_create/ctl/wait with tokens in place of pointers. An event names a slot and a generation:
// a slot that was given up and reused within the batch, or a descriptor that a forked child keeps
// open after our close(), yields a stale token that the loop drops. One loop's thread only.

#include <sys/epoll.h>

#include <cerrno>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "os/fd.h"

namespace slipway::os {

struct Pollable {
  enum class Kind : uint8_t { kStream, kListener, kWatch, kMailbox };

  explicit Pollable(Kind what) : kind(what) {}
  uint64_t token() const { return (uint64_t{generation} << 32) | slot; }

  const Kind kind;
  uint32_t slot = 0;
  uint32_t generation = 0;
};

class EpollSet {
 public:
  Result<void> open() {
    fd_.reset(epoll_create1(EPOLL_CLOEXEC));
    if (!fd_) return fail(errno_error("cannot make an epoll set", errno));
    return {};
  }
  // 0 or an errno value.
  int add(int fd, uint32_t events, uint64_t token) {
    return control(EPOLL_CTL_ADD, fd, events, token);
  }
  int modify(int fd, uint32_t events, uint64_t token) {
    return control(EPOLL_CTL_MOD, fd, events, token);
  }
  void remove(int fd) { (void)control(EPOLL_CTL_DEL, fd, 0, 0); }

  std::span<const epoll_event> wait(std::span<epoll_event> room, int timeout_ms) {
    const int n = epoll_wait(fd_.get(), room.data(), static_cast<int>(room.size()), timeout_ms);
    return room.first(n < 0 ? 0 : static_cast<size_t>(n));
  }

 private:
  int control(int operation, int fd, uint32_t events, uint64_t token) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = token;
    return epoll_ctl(fd_.get(), operation, fd, &event) == 0 ? 0 : errno;
  }

  UniqueFd fd_;
};

}  // namespace slipway::os
