#include "gateway/worker_random.h"

#include <algorithm>

namespace slipway::gateway {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr size_t kTraceDigits = 32;

// Sixteen digits, never all zero: such names are void.
char* append_hex(char* to, uint64_t number) {
  number |= 1;
  for (int shift = 60; shift >= 0; shift -= 4) *to++ = kHex[(number >> shift) & 15];
  return to;
}

}  // namespace

std::string_view PuidSource::next() {
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

std::string_view make_traceparent(std::array<char, kTraceparentLength>& out, std::string_view puid,
                                  QuickRandom& random) {
  static constexpr std::string_view kVersion = "00-";
  static constexpr std::string_view kSampled = "-01";
  char* const trace = std::copy(kVersion.begin(), kVersion.end(), out.data());
  char* to = trace;
  for (const char c : puid) {
    if (c == '-') continue;
    if (to == trace + kTraceDigits || kHex.find(c) == std::string_view::npos) {
      to = trace;  // it is no UUID
      break;
    }
    *to++ = c;
  }
  if (to != trace + kTraceDigits || std::all_of(trace, to, [](char c) { return c == '0'; })) {
    to = append_hex(append_hex(trace, random.next()), random.next());
  }
  *to++ = '-';
  to = append_hex(to, random.next());
  std::copy(kSampled.begin(), kSampled.end(), to);
  return {out.data(), out.size()};
}

}  // namespace slipway::gateway
