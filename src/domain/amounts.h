#pragma once
// Amounts of CPU and memory in words for people. Pure.

#include <cstdint>
#include <string>

namespace slipway::domain {

std::string format_cpu(int64_t millis);    // "4 CPU", "0.5 CPU"
std::string format_memory(int64_t bytes);  // "512 MiB", "1 GiB", "1.5 GiB"

}  // namespace slipway::domain
