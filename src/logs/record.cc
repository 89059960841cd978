#include "logs/record.h"

#include <cstring>

#include "logs/bytes.h"

namespace slipway::logs {

void append_record(std::string& out, const Line& line) {
  const size_t begin = out.size();
  put<uint32_t>(out, 0);
  put(out, static_cast<uint32_t>(line.text.size()));
  put(out, static_cast<int64_t>(line.time.time_since_epoch().count()));
  put(out, static_cast<uint8_t>(line.stream));
  put(out, static_cast<uint8_t>(line.continues ? 1 : 0));
  put<uint16_t>(out, 0);
  out.append(line.text);
  const auto sum = checksum(std::string_view(out).substr(begin + 4));
  std::memcpy(out.data() + begin, &sum, sizeof(sum));
}

std::optional<Record> read_record(std::string_view bytes) {
  Cursor cursor(bytes);
  const auto sum = cursor.take<uint32_t>();
  const auto length = cursor.take<uint32_t>();
  const auto time = cursor.take<int64_t>();
  const auto stream = cursor.take<uint8_t>();
  const auto flags = cursor.take<uint8_t>();
  cursor.take<uint16_t>();
  const std::string_view text = cursor.take_bytes(length);
  if (!cursor.ok() || length > kMaxPart || stream >= kStreams) return std::nullopt;
  const size_t size = kRecordHead + length;
  if (checksum(bytes.substr(4, size - 4)) != sum) return std::nullopt;
  return Record{{FineTime{std::chrono::nanoseconds(time)}, static_cast<Stream>(stream),
                 (flags & 1) != 0, text},
                size};
}

}  // namespace slipway::logs
