#pragma once
// Text in ASCII's terms, whatever the locale. Pure; any thread.

#include <algorithm>
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

// What may be the name of a host or a pattern of names in a certificate, in lower case, or an IP
// address. It says nothing of where dots may stand, only that it is harmless in a message or a
// label.
inline bool looks_like_host(std::string_view text) {
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '*' ||
           c == ':' || c == '_';
  });
}

}  // namespace slipway
