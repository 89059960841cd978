#pragma once
// Paths and queries of request targets (RFC 3986). Routing policy: a path is never normalised; what
// would need it (dot segments, empty segments, encoded slashes, backslashes) is refused, so that no
// two parts of a system can disagree about which resource is meant. Pure functions.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace slipway::http {

struct PathAndQuery {
  std::string_view path;
  std::string_view query;  // without '?'
};
// Of an origin-form target; splits at the first '?'.
PathAndQuery split_target(std::string_view target);

enum class PathProblem {
  kNone,
  kNotAbsolute,
  kEmptySegment,  // "//"; one slash at the end is fine
  kDotSegment,    // "." or "..", also percent-encoded
  kEncodedSlash,  // %2F, %5C, or a plain backslash
  kBadEncoding,   // '%' without two hex digits
  kControlByte    // %00-%1F, %7F
};
std::string_view describe(PathProblem problem);
// May this path (percent-encoded, without query) be routed?
PathProblem check_path(std::string_view path);

// Appends the decoded text; false, with `out` as it was, when a '%' lacks its two hex digits.
bool percent_decode(std::string_view text, std::string& out);
// As in application/x-www-form-urlencoded: '+' is a space too.
bool form_decode(std::string_view text, std::string& out);
// Everything but unreserved characters (RFC 3986 §2.3) becomes %XX.
std::string percent_encode(std::string_view text);

// The segments of a path behind the first slash, still encoded: "/a/b" is {"a", "b"}, "/" is {""}.
std::vector<std::string_view> path_segments(std::string_view path);

// Decoded parameters of a query in the order given. For the API: it allocates.
class QueryParameters {
 public:
  static constexpr size_t kMaxParameters = 64;

  static Result<QueryParameters> parse(std::string_view query);

  // The first parameter of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }
  auto begin() const { return parameters_.begin(); }
  auto end() const { return parameters_.end(); }
  size_t size() const { return parameters_.size(); }

 private:
  std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace slipway::http
