#include "http/uri.h"

#include <fmt/core.h>

#include "http/byte_class.h"

namespace slipway::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that the "%XX" at `i` stands for, or -1.
int decode_escape(std::string_view text, size_t i) {
  if (i + 2 >= text.size()) return -1;
  const int high = hex_digit(text[i + 1]);
  const int low = hex_digit(text[i + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool decode(std::string_view text, bool plus_is_space, std::string& out) {
  const size_t before = out.size();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int byte = decode_escape(text, i);
      if (byte < 0) {
        out.resize(before);
        return false;
      }
      out.push_back(static_cast<char>(byte));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return true;
}

constexpr ByteSet kUnreserved = make_byte_set("-._~", true);

}  // namespace

PathAndQuery split_target(std::string_view target) {
  const size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

std::string_view describe(PathProblem problem) {
  switch (problem) {
    case PathProblem::kNone:
      return "nothing is wrong with the path";
    case PathProblem::kNotAbsolute:
      return "the path does not begin with '/'";
    case PathProblem::kEmptySegment:
      return "the path has an empty segment ('//')";
    case PathProblem::kDotSegment:
      return "the path has a '.' or '..' segment";
    case PathProblem::kEncodedSlash:
      return "the path has an encoded slash or a backslash";
    case PathProblem::kBadEncoding:
      return "a '%' in the path is not followed by two hexadecimal digits";
    case PathProblem::kControlByte:
      return "the path has a control byte";
  }
  return "";
}

PathProblem check_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return PathProblem::kNotAbsolute;
  size_t length = 0;  // of the present segment, decoded
  size_t dots = 0;    // of those, how many are dots
  for (size_t i = 1; i <= path.size(); ++i) {
    if (i == path.size() || path[i] == '/') {
      if (length == 0 && i != path.size()) return PathProblem::kEmptySegment;
      if (dots == length && (length == 1 || length == 2)) return PathProblem::kDotSegment;
      length = dots = 0;
      continue;
    }
    int byte = static_cast<uint8_t>(path[i]);
    if (path[i] == '%') {
      byte = decode_escape(path, i);
      if (byte < 0) return PathProblem::kBadEncoding;
      if (byte == '/') return PathProblem::kEncodedSlash;
      i += 2;
    }
    if (byte == '\\') return PathProblem::kEncodedSlash;
    if (byte < 0x20 || byte == 0x7F) return PathProblem::kControlByte;
    ++length;
    dots += byte == '.' ? 1 : 0;
  }
  return PathProblem::kNone;
}

bool percent_decode(std::string_view text, std::string& out) { return decode(text, false, out); }
bool form_decode(std::string_view text, std::string& out) { return decode(text, true, out); }

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (kUnreserved[byte]) {
      out.push_back(c);
    } else {
      out.push_back('%');
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
  return out;
}

std::vector<std::string_view> path_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  for (;;) {
    const size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

Result<QueryParameters> QueryParameters::parse(std::string_view query) {
  QueryParameters result;
  while (!query.empty()) {
    const size_t ampersand = query.find('&');
    const std::string_view pair = query.substr(0, ampersand);
    query.remove_prefix(ampersand == std::string_view::npos ? query.size() : ampersand + 1);
    if (pair.empty()) continue;
    if (result.parameters_.size() == kMaxParameters) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("the query has more than {} parameters", kMaxParameters));
    }
    const size_t equals = pair.find('=');
    auto& [name, value] = result.parameters_.emplace_back();
    const bool decoded =
        form_decode(pair.substr(0, equals), name) &&
        (equals == std::string_view::npos || form_decode(pair.substr(equals + 1), value));
    if (!decoded) {
      return fail(ErrorCode::kInvalid,
                  "a '%' in the query is not followed by two hexadecimal digits; write '%25' for a "
                  "percent sign");
    }
  }
  return result;
}

std::optional<std::string_view> QueryParameters::find(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace slipway::http
