#include "gateway/worker_random.h"

namespace slipway::gateway {

std::string_view PuidSource::next() {
  static constexpr std::string_view kHex = "0123456789abcdef";
  if (used_ == pool_.size()) {
    random_.fill(pool_);
    used_ = 0;
  }
  const std::span<std::byte> id(pool_.data() + used_, kIdBytes);
  used_ += kIdBytes;
  id[6] = (id[6] & std::byte{0x0f}) | std::byte{0x40};  // version 4
  id[8] = (id[8] & std::byte{0x3f}) | std::byte{0x80};  // variant of RFC 9562
  size_t at = 0;
  for (size_t i = 0; i < kIdBytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text_[at++] = '-';
    const auto byte = static_cast<uint8_t>(id[i]);
    text_[at++] = kHex[byte >> 4];
    text_[at++] = kHex[byte & 15];
  }
  return {text_.data(), text_.size()};
}

}  // namespace slipway::gateway
