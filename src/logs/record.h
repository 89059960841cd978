#pragma once
// One line in an open segment: its length and checksum before it, so that a reader and the next
// writer know how far the file is whole, whatever instant the writer was killed at. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "logs/line.h"

namespace slipway::logs {

inline constexpr size_t kRecordHead = 20;

void append_record(std::string& out, const Line& line);

struct Record {
  Line line;        // its text lies in the bytes that were given
  size_t size = 0;  // bytes it takes
};
// Empty when the bytes do not begin with a whole record.
std::optional<Record> read_record(std::string_view bytes);

}  // namespace slipway::logs
