#pragma once
// Who asks for a use case, and which state of the object they saw last. Values.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace slipway::control {

// Who asks, as identity found out. Made by the API from a credential; never from client-sent
// fields.
struct Caller {
  std::string user;
  bool platform_admin = false;
  bool may_write = true;  // false for a read-only token
  std::vector<std::string> groups;
  std::string source_address;
  std::vector<std::string> admin_of = {};  // of `groups`, those that the user administers
};

// If-Match: the generation the caller saw last; none: whatever is there.
using ExpectedGeneration = std::optional<int64_t>;

}  // namespace slipway::control
