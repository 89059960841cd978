#include "logs/line.h"

#include <array>

namespace slipway::logs {
namespace {

constexpr std::array<std::string_view, kStreams> kNames = {"stdout", "stderr", "pull", "event"};

}  // namespace

std::string_view to_string(Stream stream) { return kNames[static_cast<size_t>(stream)]; }

std::optional<Stream> parse_stream(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Stream>(i);
  }
  return std::nullopt;
}

}  // namespace slipway::logs
