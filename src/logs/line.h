#pragma once
// A line of a log as it is stored: when, from where, which bytes. A view: the text belongs to
// whoever handed it out. Values; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace slipway::logs {

enum class Stream : uint8_t {
  kStdout = 0,
  kStderr = 1,
  kPull = 2,  // what fetching an image said
  kEvent = 3  // what Slipway itself did with the replica
};
inline constexpr int kStreams = 4;

std::string_view to_string(Stream stream);
std::optional<Stream> parse_stream(std::string_view name);

// Longer lines are stored in parts of this size.
inline constexpr size_t kMaxPart = size_t{128} * 1024;

struct Line {
  FineTime time{};
  Stream stream = Stream::kStdout;
  bool continues = false;      // the line goes on in the next one of this stream
  std::string_view text = {};  // any bytes but '\n'
  bool operator==(const Line&) const = default;
};

// Also known by its place: lines of a replica are numbered from 1 over all its runs, without gap.
struct NumberedLine {
  uint64_t number = 0;
  uint64_t run = 0;  // 1: the replica's first process
  Line line = {};
  bool operator==(const NumberedLine&) const = default;
};

}  // namespace slipway::logs
