#pragma once
// The system calls on sockets of streams that every loop makes alike, and the times it grants.
// Any thread.

#include <sys/uio.h>

#include <chrono>
#include <string_view>

#include "os/fd.h"
#include "os/peer_address.h"
#include "os/reactor.h"

namespace slipway::os {

constexpr std::chrono::milliseconds kFlushLinger{30'000};   // without progress
constexpr std::chrono::milliseconds kDiscardLinger{5'000};  // in all
// Until accepting is tried again after descriptors or memory had run out.
constexpr std::chrono::milliseconds kAcceptRetry{100};

// Between attempts to connect to a Unix socket whose backlog is full: doubled, up to the last.
constexpr std::chrono::milliseconds kBacklogRetry{1};
constexpr std::chrono::milliseconds kLastBacklogRetry{64};

// Buffers that a loop keeps for what its streams cannot send yet.
constexpr size_t kSpareBuffers = 64;
constexpr size_t kSpareBufferBytes = 2 * Stream::kHighWatermark;

// Sets what accepted sockets inherit; true for TCP.
bool prepare_listener(int listen_fd);

// accept(2) failed for want of something that other connections will give back. The connection
// stays in the backlog and would be reported for ever.
bool lacks_room(int accept_error);

struct StartedConnect {
  UniqueFd fd;  // none when no descriptor can be had, or the address is none
  // 0: connected already; EINPROGRESS: told by writability; EAGAIN: for a BacklogWait
  int error = 0;
  PeerAddress peer;
};
StartedConnect start_connect(const Address& address);

// A connect to a Unix socket whose backlog is full. TCP's kernel asks again by itself; here the
// loop does, for as long as its user waits.
class BacklogWait {
 public:
  void begin(const UnixAddress& address);
  // How long until again().
  std::chrono::milliseconds delay() const { return delay_; }
  // 0: connected; EAGAIN: still full; or why there is no use in asking.
  int again(int fd);

 private:
  UnixAddress address_;
  std::chrono::milliseconds delay_{};
};

// What happened to the socket since it was last asked; 0: nothing.
int socket_error(int fd);

// The kernel's type has no const; sending changes nothing.
inline iovec part_of(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace slipway::os
