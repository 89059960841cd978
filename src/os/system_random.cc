#include "os/system_random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace slipway::os {

void SystemRandom::fill(std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t n = getrandom(out.data(), out.size(), 0);
    if (n < 0) {
      if (errno == EINTR) continue;
      std::abort();
    }
    out = out.subspan(static_cast<size_t>(n));
  }
}

}  // namespace slipway::os
