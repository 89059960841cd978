#include "domain/image_reference.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/text_rules.h"

namespace slipway::domain {
namespace {

constexpr size_t kMaxNameBytes = 255;
constexpr size_t kMaxTagBytes = 128;
constexpr std::string_view kDigestPrefix = "sha256:";
constexpr size_t kDigestHexLength = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_small(c) || (c >= 'A' && c <= 'Z'); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

Failure wrong(std::string_view what, std::string_view rule, std::string_view given) {
  return fail(ErrorCode::kInvalid,
              fmt::format("the {} of an image {}; it is '{}'", what, rule, shortened(given)));
}

// a-z, 0-9, joined by '.', '_', '__' or any number of '-'.
bool is_path_component(std::string_view text) {
  size_t at = 0;
  while (true) {
    const size_t word = at;
    while (at < text.size() && (is_small(text[at]) || is_digit(text[at]))) ++at;
    if (at == word) return false;
    if (at == text.size()) return true;
    const size_t join = at;
    while (at < text.size() && text[at] == text[join] &&
           std::string_view("._-").find(text[at]) != std::string_view::npos) {
      ++at;
    }
    const size_t length = at - join;
    if (length == 0 || (text[join] == '.' && length > 1) || (text[join] == '_' && length > 2)) {
      return false;
    }
  }
}

bool is_host(std::string_view text) {
  while (true) {
    const size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.front() == '-' || label.back() == '-') return false;
    if (!std::all_of(label.begin(), label.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '-'; })) {
      return false;
    }
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// The first part of "a/b" is a registry when it cannot be a path or says so itself.
bool names_registry(std::string_view part) {
  return part == "localhost" || part.find_first_of(".:[") != std::string_view::npos ||
         std::any_of(part.begin(), part.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTagBytes && text[0] != '.' && text[0] != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '-';
         });
}

bool is_digest(std::string_view text) {
  if (!text.starts_with(kDigestPrefix)) return false;
  text.remove_prefix(kDigestPrefix.size());
  return text.size() == kDigestHexLength && std::all_of(text.begin(), text.end(), is_hex);
}

}  // namespace

bool is_registry(std::string_view text) {
  if (text.starts_with('[')) {  // an IPv6 literal
    const size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    const std::string_view address = text.substr(1, end - 1);
    if (address.find_first_not_of("0123456789abcdefABCDEF:") != std::string_view::npos) {
      return false;
    }
    text.remove_prefix(end + 1);
    if (text.empty()) return true;
    if (text.front() != ':') return false;
  } else {
    const size_t colon = text.find(':');
    if (!is_host(text.substr(0, colon))) return false;
    if (colon == std::string_view::npos) return true;
    text.remove_prefix(colon);
  }
  const std::string_view port = text.substr(1);
  return !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), is_digit);
}

Result<ImageReference> parse_image_reference(std::string_view text) {
  if (text.empty()) return fail(ErrorCode::kInvalid, "an image must be given, such as 'iris:1'");
  ImageReference out;
  std::string_view rest = text;
  if (const size_t at = rest.find('@'); at != std::string_view::npos) {
    out.digest = rest.substr(at + 1);
    if (!is_digest(out.digest)) {
      return wrong("digest", "must be 'sha256:' and 64 hexadecimal digits", out.digest);
    }
    rest = rest.substr(0, at);
  }
  // A ':' after the last '/' starts the tag; one before it belongs to the registry's port.
  const size_t slash = rest.rfind('/');
  const size_t colon = rest.find(':', slash == std::string_view::npos ? 0 : slash);
  if (colon != std::string_view::npos) {
    out.tag = rest.substr(colon + 1);
    if (!is_tag(out.tag)) {
      return wrong("tag",
                   "must be 1 to 128 characters of a-z, A-Z, 0-9, '_', '.' and '-', not beginning "
                   "with '.' or '-'",
                   out.tag);
    }
    rest = rest.substr(0, colon);
  }
  if (rest.size() > kMaxNameBytes) {
    return fail(ErrorCode::kInvalid, fmt::format("the name of an image must be at most {} bytes "
                                                 "long; it is {}",
                                                 kMaxNameBytes, rest.size()));
  }
  if (const size_t first = rest.find('/');
      first != std::string_view::npos && names_registry(rest.substr(0, first))) {
    out.registry = rest.substr(0, first);
    if (!is_registry(out.registry)) {
      return wrong("registry", "must be a host name or address with an optional port",
                   out.registry);
    }
    rest = rest.substr(first + 1);
  }
  out.path = rest;
  while (true) {
    const size_t end = rest.find('/');
    if (!is_path_component(rest.substr(0, end))) {
      return wrong("name",
                   "must be words of a-z and 0-9, joined by '.', '_', '__' or '-', in parts "
                   "divided by '/'",
                   out.path);
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace slipway::domain
