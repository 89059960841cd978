#pragma once
// The file of a Unix socket, held by a descriptor: what is connected to is what was looked at. Its
// folder may belong to somebody who must not be trusted (a model in its container), and connect(2)
// would follow a symbolic link put there to any socket that our rights reach, ours to control among
// them. Holding it also takes paths of any length. A plain value; any thread.

#include <string>

#include "base/result.h"
#include "os/fd.h"

namespace slipway::os {

class SocketFile {
 public:
  // kNotFound when there is none; kInvalid when it is anything but a socket, a link included.
  static Result<SocketFile> open(const std::string& path);

  // Leads there for as long as this lives, and is short enough for sockaddr_un.
  std::string path() const;
  // Connecting takes the right to write (unix(7)); does everybody have it?
  bool open_to_all() const { return open_to_all_; }

 private:
  SocketFile(UniqueFd fd, bool open_to_all) : fd_(std::move(fd)), open_to_all_(open_to_all) {}

  UniqueFd fd_;
  bool open_to_all_;
};

}  // namespace slipway::os
