#include "gateway/worker_random.h"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace slipway::gateway {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr size_t kTraceDigits = 32;

// Both digits of every byte.
constexpr std::array<std::array<char, 2>, 256> kHexOfByte = [] {
  std::array<std::array<char, 2>, 256> out = {};
  for (size_t i = 0; i < out.size(); ++i) out[i] = {kHex[i >> 4], kHex[i & 15]};
  return out;
}();

char* append_hex(char* to, uint8_t byte) {
  std::memcpy(to, kHexOfByte[byte].data(), 2);
  return to + 2;
}

// Sixteen digits, never all zero: such names are void.
char* append_hex_of(char* to, uint64_t number) {
  number |= 1;
  for (int shift = 56; shift >= 0; shift -= 8)
    to = append_hex(to, static_cast<uint8_t>(number >> shift));
  return to;
}

constexpr bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// The digits of a UUID as it is usually written, or null.
char* copy_uuid(char* to, std::string_view text) {
  constexpr size_t kDashes[] = {8, 13, 18, 23};
  if (text.size() != kTraceDigits + std::size(kDashes)) return nullptr;
  bool fine = true;
  size_t begin = 0;
  const auto copy = [&](size_t end) {
    for (size_t i = begin; i < end; ++i) fine &= is_hex(*to++ = text[i]);
    begin = end + 1;
  };
  for (const size_t dash : kDashes) {
    copy(dash);
    fine &= text[dash] == '-';
  }
  copy(text.size());
  return fine ? to : nullptr;
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
  char* to = text_.data();
  for (size_t i = 0; i < kIdBytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *to++ = '-';
    to = append_hex(to, static_cast<uint8_t>(id[i]));
  }
  return {text_.data(), text_.size()};
}

std::string_view make_traceparent(std::array<char, kTraceparentLength>& out, std::string_view puid,
                                  QuickRandom& random) {
  static constexpr std::string_view kVersion = "00-";
  static constexpr std::string_view kSampled = "-01";
  char* const trace = std::copy(kVersion.begin(), kVersion.end(), out.data());
  char* to = copy_uuid(trace, puid);
  if (to == nullptr || std::all_of(trace, to, [](char c) { return c == '0'; })) {
    to = append_hex_of(append_hex_of(trace, random.next()), random.next());
  }
  *to++ = '-';
  to = append_hex_of(to, random.next());
  std::copy(kSampled.begin(), kSampled.end(), to);
  return {out.data(), out.size()};
}

}  // namespace slipway::gateway
