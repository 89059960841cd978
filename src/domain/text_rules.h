#pragma once
// What text may consist of: well-formed UTF-8 without characters that steer terminals or reorder
// what people read. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace slipway::domain {

// The text without spaces, tabs and line ends at both ends.
std::string trimmed(std::string_view text);

// For messages: at most `max_bytes` of the text, cut between characters, with "..." when it was
// longer; control characters and broken UTF-8 become '?'.
std::string shortened(std::string_view text, size_t max_bytes = 60);

// RFC 3629: no overlong forms, no surrogates.
bool is_utf8(std::string_view text);

enum class Lines { kOne, kMany };  // kMany: line feeds and tabs are fine

// The problem, or none: broken UTF-8, more than `max_characters` code points, or a control
// character (C0, C1, DEL, bidirectional overrides, invisible separators).
std::optional<std::string> check_text(std::string_view text, size_t max_characters, Lines lines);

}  // namespace slipway::domain
