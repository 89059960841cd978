#pragma once
// Text in ASCII's terms, whatever the locale. Pure; any thread.

#include <string>
#include <string_view>

namespace slipway {

// Letters A to Z become small; every other byte stays.
inline std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace slipway
