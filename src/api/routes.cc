#include "api/routes.h"

#include <algorithm>

namespace slipway::api {
namespace {

bool is_placeholder(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool fits(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  if (pattern.size() != path.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (is_placeholder(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

void add_method(std::string& allow, std::string_view method) {
  if (!allow.empty()) allow += ", ";
  allow += method;
}

}  // namespace

std::string_view to_string(Access access) {
  switch (access) {
    case Access::kAnyone:
      return "anyone";
    case Access::kSignedIn:
      return "signed in";
    case Access::kMember:
      return "member";
    case Access::kGroupAdmin:
      return "group admin";
    case Access::kPlatformAdmin:
      return "platform admin";
    case Access::kPlatformAdminHidden:
      return "platform admin, hidden from strangers";
    case Access::kInternal:
      return "internal";
  }
  return "internal";
}

bool is_write(http::Method method) {
  return method == http::Method::kPost || method == http::Method::kPatch ||
         method == http::Method::kPut || method == http::Method::kDelete;
}

const std::string& PathParameters::operator[](std::string_view name) const {
  static const std::string kNone;
  const auto found = std::find_if(values_.begin(), values_.end(),
                                  [&](const auto& value) { return value.first == name; });
  return found == values_.end() ? kNone : found->second;
}

void RouteTable::add(Route route) {
  Entry entry;
  for (const std::string_view segment : http::path_segments(route.pattern)) {
    entry.segments.emplace_back(segment);
  }
  entries_.push_back(std::move(entry));
  routes_.push_back(std::move(route));
}

RouteTable::Match RouteTable::find(http::Method method, std::string_view path,
                                   bool internal) const {
  Match match;
  if (http::check_path(path) != http::PathProblem::kNone) return match;
  const std::vector<std::string_view> segments = http::path_segments(path);
  const http::Method wanted = method == http::Method::kHead ? http::Method::kGet : method;
  for (size_t i = 0; i < routes_.size(); ++i) {
    const Route& route = routes_[i];
    if ((route.access == Access::kInternal) != internal) continue;
    if (!fits(entries_[i].segments, segments)) continue;
    add_method(match.allow, http::to_string(route.method));
    if (route.method == http::Method::kGet) add_method(match.allow, "HEAD");
    if (route.method != wanted || match.route != nullptr) continue;
    match.route = &route;
    for (size_t s = 0; s < segments.size(); ++s) {
      const std::string_view name = entries_[i].segments[s];
      if (!is_placeholder(name)) continue;
      std::string value;
      http::percent_decode(segments[s], value);  // check_path() vouches for the encoding
      match.parameters.add(name.substr(1, name.size() - 2), std::move(value));
    }
  }
  return match;
}

}  // namespace slipway::api
