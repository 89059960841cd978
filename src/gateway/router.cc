#include "gateway/router.h"

#include "http/uri.h"

namespace slipway::gateway {
namespace {

constexpr std::string_view kPrefix = "/deployment/";

struct Endpoint {
  std::string_view path;
  Destination destination;
};
constexpr Endpoint kEndpoints[] = {{"/api/v1.0/predictions", Destination::kPrediction},
                                   {"/api/v0.1/predictions", Destination::kPrediction},
                                   {"/api/v1.0/feedback", Destination::kFeedback},
                                   {"/api/v0.1/feedback", Destination::kFeedback}};

Decision below_deployment(http::Method method, std::string_view path) {
  const std::string_view rest = path.substr(kPrefix.size());
  for (const Endpoint& endpoint : kEndpoints) {
    if (!rest.ends_with(endpoint.path)) continue;
    const std::string_view id = rest.substr(0, rest.size() - endpoint.path.size());
    if (id.empty() || id.find('/') != std::string_view::npos) break;
    if (method == http::Method::kPost) return {endpoint.destination, id};
    if (method == http::Method::kOptions) return {Destination::kPreflight, id};
    return {Destination::kMethodNotAllowed, id};
  }
  return {Destination::kNoSuchPath, {}};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = http::ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Is the first segment of `path`, decoded, exactly `word`? Without a copy. The path has passed
// check_path(), so every '%' has its two digits.
bool first_segment_is(std::string_view path, std::string_view word) {
  size_t i = 1;
  size_t matched = 0;
  while (i < path.size() && path[i] != '/') {
    char c = path[i];
    if (c == '%') {
      c = static_cast<char>(hex_digit(path[i + 1]) * 16 + hex_digit(path[i + 2]));
      i += 2;
    }
    ++i;
    if (matched == word.size() || c != word[matched]) return false;
    ++matched;
  }
  return matched == word.size();
}

}  // namespace

Decision route(http::Method method, std::string_view path) {
  if (path.starts_with(kPrefix)) return below_deployment(method, path);
  if (path == "*") return {Destination::kControl, {}};
  if (http::check_path(path) != http::PathProblem::kNone) return {Destination::kBadPath, {}};
  // Control speaks to gateways below /internal/ on a socket of its own; the public never gets
  // there, however the word is spelled.
  if (first_segment_is(path, "internal")) return {Destination::kNoSuchPath, {}};
  return {Destination::kControl, {}};
}

}  // namespace slipway::gateway
