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

// Buffers that a loop keeps for what its streams cannot send yet.
constexpr size_t kSpareBuffers = 64;
constexpr size_t kSpareBufferBytes = 2 * Stream::kHighWatermark;

// Sets what accepted sockets inherit; true for TCP.
bool prepare_listener(int listen_fd);

// accept(2) failed for want of something that other connections will give back. The connection
// stays in the backlog and would be reported for ever.
bool lacks_room(int accept_error);

struct StartedConnect {
  UniqueFd fd;    // none when no descriptor can be had, or the address is none
  int error = 0;  // 0: connected already; EINPROGRESS: told by writability
  PeerAddress peer;
};
StartedConnect start_connect(const Address& address);

// What happened to the socket since it was last asked; 0: nothing.
int socket_error(int fd);

// The kernel's type has no const; sending changes nothing.
inline iovec part_of(std::string_view bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size()};
}

}  // namespace slipway::os
