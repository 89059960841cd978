#include "domain/text_rules.h"

#include <fmt/format.h>

#include <cstdint>

namespace slipway::domain {
namespace {

// Takes one code point off the front; none when the bytes are not UTF-8 (RFC 3629: no overlong
// forms, no surrogates, nothing above U+10FFFF).
std::optional<char32_t> take_character(std::string_view& rest) {
  const auto byte = [&rest](size_t i) { return static_cast<uint8_t>(rest[i]); };
  const uint8_t first = byte(0);
  size_t length = 1;
  char32_t value = first;
  char32_t smallest = 0;
  if (first >= 0xf8 || (first >= 0x80 && first < 0xc2)) return std::nullopt;
  if (first >= 0xf0) {
    length = 4, value = first & 0x07U, smallest = 0x10000;
  } else if (first >= 0xe0) {
    length = 3, value = first & 0x0fU, smallest = 0x800;
  } else if (first >= 0xc2) {
    length = 2, value = first & 0x1fU, smallest = 0x80;
  }
  if (rest.size() < length) return std::nullopt;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return std::nullopt;
    value = (value << 6U) | (byte(i) & 0x3fU);
  }
  if (value < smallest || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
    return std::nullopt;
  }
  rest.remove_prefix(length);
  return value;
}

bool is_invisible_control(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) ||  // C0, DEL, C1
         c == 0xad || c == 0x061c ||              // soft hyphen, Arabic letter mark
         (c >= 0x200b && c <= 0x200f) ||          // zero width and direction marks
         (c >= 0x2028 && c <= 0x202e) ||          // line separators, bidirectional embeddings
         (c >= 0x2060 && c <= 0x206f) ||          // word joiner, isolates
         c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || c >= 0xe0000;
}

}  // namespace

std::string trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\v\f";
  const size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  const size_t last = text.find_last_not_of(kBlank);
  return std::string(text.substr(first, last - first + 1));
}

std::string shortened(std::string_view text, size_t max_bytes) {
  std::string out;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view before = rest;
    const std::optional<char32_t> c = take_character(rest);
    if (!c) rest.remove_prefix(1);
    const bool plain = c && !is_invisible_control(*c);
    const std::string_view piece =
        plain ? before.substr(0, before.size() - rest.size()) : std::string_view("?");
    if (out.size() + piece.size() > max_bytes) return out + "...";
    out += piece;
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (!take_character(text)) return false;
  }
  return true;
}

std::optional<std::string> check_text(std::string_view text, size_t max_characters, Lines lines) {
  size_t count = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::optional<char32_t> c = take_character(rest);
    if (!c) {
      return fmt::format("must be UTF-8; byte {} is not", text.size() - rest.size());
    }
    const bool line_part = *c == '\n' || *c == '\t' || *c == '\r';
    // ZERO WIDTH JOINER and NON-JOINER spell words and emoji in many languages.
    const bool joiner = *c == 0x200c || *c == 0x200d;
    if (!joiner && is_invisible_control(*c) && !(lines == Lines::kMany && line_part)) {
      return fmt::format("must not hold control characters; U+{:04X} is character {}",
                         static_cast<uint32_t>(*c), count + 1);
    }
    ++count;
  }
  if (count > max_characters) {
    return fmt::format("must be at most {} characters long; it is {}", max_characters, count);
  }
  return std::nullopt;
}

}  // namespace slipway::domain
