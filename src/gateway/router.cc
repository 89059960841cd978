#include "gateway/router.h"

#include "http/uri.h"

namespace slipway::gateway {
namespace {

constexpr std::string_view kPrefix = "/deployment/";

using http::Method;

// By what an endpoint is asked. Seldon's OPTIONS comes with each.
constexpr std::string_view kPosted = "OPTIONS,POST";
constexpr std::string_view kFetched = "GET,HEAD,OPTIONS";
constexpr std::string_view kAnyMethod = "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT";

struct Endpoint {
  std::string_view path;
  Destination destination;
  std::string_view allow;
};
constexpr Endpoint kEndpoints[] = {
    {"/api/v1.0/predictions", Destination::kPrediction, kPosted},
    {"/api/v0.1/predictions", Destination::kPrediction, kPosted},
    {"/api/v1.0/feedback", Destination::kFeedback, kPosted},
    {"/api/v0.1/feedback", Destination::kFeedback, kPosted},
    {"/api/v1.0/status", Destination::kReadiness, kFetched},
    {"/api/v1.0/health/status", Destination::kReadiness, kFetched},
    {"/ready", Destination::kReadiness, kFetched},
    {"/live", Destination::kLiveness, kFetched},
};
// With the name of a node behind it: any, since a deployment here is one model.
constexpr Endpoint kOfModels[] = {
    {"/api/v1.0/status/", Destination::kModelStatus, kFetched},
    {"/api/v0.1/status/", Destination::kModelStatus, kFetched},
    {"/api/v1.0/metadata/", Destination::kModelMetadata, kFetched},
    {"/api/v0.1/metadata/", Destination::kModelMetadata, kFetched},
};

Endpoint endpoint_of(std::string_view rest) {
  for (const Endpoint& endpoint : kEndpoints) {
    if (rest == endpoint.path) return endpoint;
  }
  for (const Endpoint& endpoint : kOfModels) {
    if (!rest.starts_with(endpoint.path)) continue;
    const std::string_view model = rest.substr(endpoint.path.size());
    if (!model.empty() && model.find('/') == std::string_view::npos) return endpoint;
  }
  return {rest, Destination::kPassThrough, kAnyMethod};
}

bool allows(std::string_view allow, Method method) {
  switch (method) {
    case Method::kPost:
      return allow != kFetched;
    case Method::kGet:
    case Method::kHead:
      return allow != kPosted;
    case Method::kTrace:  // it would show what was added on the way
      return false;
    default:
      return allow == kAnyMethod;
  }
}

Decision below_deployment(Method method, std::string_view path) {
  const std::string_view below = path.substr(kPrefix.size());
  const size_t slash = below.find('/');
  if (slash == 0 || slash == std::string_view::npos) return {Destination::kNoSuchPath};
  const std::string_view id = below.substr(0, slash);
  const Endpoint endpoint = endpoint_of(below.substr(slash));
  if (endpoint.destination == Destination::kPassThrough &&
      http::check_path(endpoint.path) != http::PathProblem::kNone) {
    return {Destination::kBadPath};
  }
  if (method == Method::kOptions) return {Destination::kPreflight, id, {}, endpoint.allow};
  if (!allows(endpoint.allow, method)) {
    return {Destination::kMethodNotAllowed, id, {}, endpoint.allow};
  }
  return {endpoint.destination, id, endpoint.path};
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

Decision route(Method method, std::string_view path) {
  if (path.starts_with(kPrefix)) return below_deployment(method, path);
  if (path == "*") return {Destination::kControl};
  if (http::check_path(path) != http::PathProblem::kNone) return {Destination::kBadPath};
  // Control speaks to gateways below /internal/ on a socket of its own; the public never gets
  // there, however the word is spelled.
  if (first_segment_is(path, "internal")) return {Destination::kNoSuchPath};
  return {Destination::kControl};
}

}  // namespace slipway::gateway
