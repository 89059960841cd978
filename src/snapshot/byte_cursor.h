#pragma once
// Little-endian numbers and length-prefixed strings, out of and into bytes. ByteCursor never reads
// past its end: after the first failure ok() is false and every later read gives zero or nothing.
// Owned by one encode() or decode(); one thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace slipway::snapshot {

template <typename Number>
void append_number(std::string& out, Number number) {
  auto rest = static_cast<uint64_t>(number);
  for (size_t i = 0; i < sizeof(Number); ++i, rest >>= 8) {
    out.push_back(static_cast<char>(rest & 0xFF));
  }
}

// A 32-bit length, then the bytes.
inline void append_string(std::string& out, std::string_view text) {
  append_number(out, static_cast<uint32_t>(text.size()));
  out.append(text);
}

class ByteCursor {
 public:
  explicit ByteCursor(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && position_ == bytes_.size(); }
  size_t position() const { return position_; }
  size_t left() const { return ok_ ? bytes_.size() - position_ : 0; }

  std::string_view take(size_t size) {
    if (size > left()) ok_ = false;
    if (!ok_) return {};
    const std::string_view taken = bytes_.substr(position_, size);
    position_ += size;
    return taken;
  }

  template <typename Number>
  Number number() {
    uint64_t value = 0;
    const std::string_view taken = take(sizeof(Number));
    for (size_t i = taken.size(); i > 0; --i) {
      value = (value << 8) | static_cast<uint8_t>(taken[i - 1]);
    }
    return static_cast<Number>(value);
  }

  std::string_view string(size_t most) {
    const auto size = number<uint32_t>();
    if (size > most) ok_ = false;
    return take(size);
  }

 private:
  std::string_view bytes_;
  size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace slipway::snapshot
