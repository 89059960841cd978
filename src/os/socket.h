#pragma once
// Listening sockets. All are non-blocking and close-on-exec. Any thread.

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/fd.h"
#include "os/reactor.h"

namespace slipway::os {

struct ListenOptions {
  int backlog = 4096;       // cut by the kernel to net.core.somaxconn
  bool reuse_port = false;  // several sockets share the port, one a worker
  mode_t unix_mode = 0660;  // rights of a Unix socket's file
};

// `address.host` is an IP literal; port 0 lets the kernel choose, see local_port().
// kConflict when the port is taken.
Result<UniqueFd> listen_tcp(const TcpAddress& address, const ListenOptions& options = {});

// Replaces the file of a dead listener; kConflict when somebody still answers there, or when the
// file is no socket.
Result<UniqueFd> listen_unix(const UnixAddress& address, const ListenOptions& options = {});

// Of a bound TCP socket.
Result<uint16_t> local_port(int fd);

// "127.0.0.1:8080", "[::1]:8080" or "unix:/run/x.sock"; with a port always.
Result<Address> parse_address(std::string_view text);

}  // namespace slipway::os
