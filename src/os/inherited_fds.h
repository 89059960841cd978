#pragma once
// Descriptors that a parent handed over in systemd's form (sd_listen_fds(3)): LISTEN_PID,
// LISTEN_FDS, LISTEN_FDNAMES, numbered from 3. Called once, early in main(), before threads.

#include <string>
#include <vector>

#include "base/result.h"
#include "os/fd.h"

namespace slipway::os {

struct InheritedFd {
  UniqueFd fd;
  std::string name;  // "unknown" when the parent gave none, as systemd has it
};

// Empty when none were given or they are meant for another process. Marks them close-on-exec and
// removes the variables from the environment, so that no child takes them for its own.
Result<std::vector<InheritedFd>> take_inherited_fds();

}  // namespace slipway::os
