#pragma once
// Which loop the tests of a fixture run on. The same program is run a second time with
// SLIPWAY_TEST_IO=io_uring, see slipway_tests_on_io_uring() in cmake/room.cmake.

#include <cstdlib>
#include <string>
#include <string_view>

#include "os/reactor.h"

namespace slipway::os {

inline ReactorKind reactor_kind_of_test() {
  const char* const wanted = std::getenv("SLIPWAY_TEST_IO");
  return wanted != nullptr && wanted == std::string_view("io_uring") ? ReactorKind::kIoUring
                                                                     : ReactorKind::kEpoll;
}

// Why the tests of this loop must be skipped here; empty: they need not.
inline std::string lacks_for_test(ReactorKind kind) {
  if (kind == ReactorKind::kEpoll) return {};
  const Result<void> usable = probe_io_uring();
  return usable ? std::string() : usable.error().message;
}

}  // namespace slipway::os
