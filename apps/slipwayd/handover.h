#pragma once
// What a parent leaves to the program that it becomes in an upgrade: the numbers of descriptors
// that stay open, and the pids of children that live on. Text in an environment variable; pure but
// for the last two functions.

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slipway::app {

// Written by one version of slipwayd and read by another. A program that understands this form
// answers to kCanTakeOver (see upgrade_check.h).
inline constexpr const char* kHandoverVariable = "SLIPWAY_HANDOVER";

struct HandedFd {
  int fd = -1;
  std::string name;  // [a-z]+, several may have the same
  bool operator==(const HandedFd&) const = default;
};

struct HandedGateway {
  pid_t pid = 0;
  std::string id;  // that it tells control
  bool operator==(const HandedGateway&) const = default;
};

struct Handover {
  std::vector<HandedFd> fds = {};
  std::optional<HandedGateway> gateway = {};  // goes on serving
  std::vector<HandedGateway> leaving = {};    // are to hand over to it, or do already
  pid_t control = 0;                          // is to be replaced; 0: none runs
  bool operator==(const Handover&) const = default;
};

// "1 fd=5:front fd=6:lock gateway=71:gateway-2 leaving=40:gateway control=41"
std::string encode(const Handover& handover);
Result<Handover> decode_handover(std::string_view text);

// The first of "gateway", "gateway-2", … that nobody has.
std::string free_gateway_id(const std::vector<std::string>& taken);

// From this process's environment, and out of it; none: it was started, not handed over to. The
// descriptors are close-on-exec again.
Result<std::optional<Handover>> take_handover();

}  // namespace slipway::app
