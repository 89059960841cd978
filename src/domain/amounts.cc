#include "domain/amounts.h"

#include <fmt/format.h>

namespace slipway::domain {

std::string format_cpu(int64_t millis) {
  return fmt::format("{} CPU", static_cast<double>(millis) / 1000.0);
}

std::string format_memory(int64_t bytes) {
  constexpr int64_t kMiB = 1024 * 1024, kGiB = 1024 * kMiB;
  if (bytes >= kGiB) {
    return bytes % kGiB == 0
               ? fmt::format("{} GiB", bytes / kGiB)
               : fmt::format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(kGiB));
  }
  return bytes % kMiB == 0
             ? fmt::format("{} MiB", bytes / kMiB)
             : fmt::format("{:.1f} MiB", static_cast<double>(bytes) / static_cast<double>(kMiB));
}

}  // namespace slipway::domain
