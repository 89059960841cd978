#pragma once
// Which bytes may stand where in HTTP/1 (RFC 9110 §5.6.2, §5.5; RFC 9112 §3), as tables, and the
// search for the first byte that may not stand in a field value. Compile-time data, any thread.

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace slipway::http {

using ByteSet = std::array<bool, 256>;

inline constexpr ByteSet make_byte_set(std::string_view extra, bool alphanumeric) {
  ByteSet set = {};
  for (const char c : extra) set[static_cast<uint8_t>(c)] = true;
  for (unsigned c = '0'; alphanumeric && c <= '9'; ++c) set[c] = true;
  for (unsigned c = 'a'; alphanumeric && c <= 'z'; ++c) set[c] = set[c - 'a' + 'A'] = true;
  return set;
}

inline constexpr ByteSet kTokenBytes = make_byte_set("!#$%&'*+-.^_`|~", true);
// A registered name or IPv4 address; narrower than RFC 3986: no sub-delims.
inline constexpr ByteSet kHostBytes = make_byte_set("-._~%", true);
// 0x21-0x7E, without '#': fragments never travel.
inline constexpr ByteSet kTargetBytes = [] {
  ByteSet set = {};
  for (unsigned c = 0x21; c <= 0x7E; ++c) set[c] = c != '#';
  return set;
}();

inline bool is_token_byte(char c) { return kTokenBytes[static_cast<uint8_t>(c)]; }

inline bool is_token(std::string_view text) {
  for (const char c : text) {
    if (!is_token_byte(c)) return false;
  }
  return !text.empty();
}

inline constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Everything but HTAB, 0x20-0x7E and 0x80-0xFF (obs-text) ends a value.
inline constexpr bool is_value_byte(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return (byte >= 0x20 && byte != 0x7F) || byte == '\t';
}

// The first byte in [p, end) that is no value byte; `end` when there is none. Eight bytes at a
// time: of each trick's marks the lowest is exact, higher ones may be a borrow's echo.
inline const char* find_value_end(const char* p, const char* end) {
  if constexpr (std::endian::native == std::endian::little) {
    constexpr uint64_t kOnes = 0x0101010101010101U;
    constexpr uint64_t kHigh = kOnes * 0x80;
    while (end - p >= 8) {
      uint64_t word;
      std::memcpy(&word, p, 8);
      const uint64_t below_space = (word - kOnes * 0x20) & ~word;
      const uint64_t del = word ^ (kOnes * 0x7F);
      const uint64_t marks = (below_space | ((del - kOnes) & ~del)) & kHigh;
      if (marks == 0) {
        p += 8;
        continue;
      }
      p += std::countr_zero(marks) >> 3;
      if (*p != '\t') return p;
      ++p;
    }
  }
  while (p != end && is_value_byte(*p)) ++p;
  return p;
}

inline bool is_field_value(std::string_view text) {
  const char* end = text.data() + text.size();
  return find_value_end(text.data(), end) == end;
}

inline std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// host[:port] or [v6][:port]; not empty.
inline bool is_host(std::string_view text) {
  size_t end = 0;  // of the host
  if (!text.empty() && text.front() == '[') {
    end = text.find_first_not_of("0123456789abcdefABCDEF:.", 1);
    if (end == std::string_view::npos || end < 3 || text[end] != ']') return false;
    ++end;
  } else {
    while (end < text.size() && kHostBytes[static_cast<uint8_t>(text[end])]) ++end;
    if (end == 0) return false;
  }
  if (end == text.size()) return true;
  const std::string_view port = text.substr(end + 1);
  if (text[end] != ':' || port.empty() || port.size() > 5) return false;
  for (const char c : port) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

}  // namespace slipway::http
