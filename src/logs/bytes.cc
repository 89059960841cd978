#include "logs/bytes.h"

namespace slipway::logs {

void put_varint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

uint64_t Cursor::take_varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  fail();
  return 0;
}

std::string_view Cursor::take_bytes(size_t count) {
  if (rest_.size() < count) {
    fail();
    return {};
  }
  const std::string_view bytes = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return bytes;
}

uint64_t checksum(std::string_view bytes) {
  constexpr uint64_t kFactor = 0x9e3779b97f4a7c15U;
  uint64_t sum = bytes.size() * kFactor ^ 0x51bb6d7c3a2f9e01U;
  const auto mix = [&](uint64_t piece) {
    sum = (sum ^ piece) * kFactor;
    sum ^= sum >> 32;
  };
  while (bytes.size() >= 8) {
    uint64_t piece = 0;
    std::memcpy(&piece, bytes.data(), 8);
    mix(piece);
    bytes.remove_prefix(8);
  }
  uint64_t piece = 0;
  std::memcpy(&piece, bytes.data(), bytes.size());
  mix(piece);
  return sum;
}

}  // namespace slipway::logs
