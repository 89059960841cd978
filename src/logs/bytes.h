#pragma once
// Numbers as bytes, little endian, and a checksum of bytes: what the files of this room are
// made of (docs/log-format.md). Pure; any thread.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace slipway::logs {

static_assert(std::endian::native == std::endian::little, "files are little endian");

template <typename Number>
void put(std::string& out, Number value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}
void put_varint(std::string& out, uint64_t value);

// Takes values off the front; after one that was not there, ok() is false and all is 0.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}
  template <typename Number>
  Number take() {
    Number value{};
    if (rest_.size() < sizeof(value)) {
      fail();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof(value));
    rest_.remove_prefix(sizeof(value));
    return value;
  }
  uint64_t take_varint();
  std::string_view take_bytes(size_t count);
  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

 private:
  void fail() {
    ok_ = false;
    rest_ = {};
  }
  std::string_view rest_;
  bool ok_ = true;
};

// CRC-32 as of gzip and PNG (RFC 1952 section 8): tells torn and flipped bytes, not forgery.
uint32_t checksum(std::string_view bytes);

}  // namespace slipway::logs
