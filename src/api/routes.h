#pragma once
// The table of everything that the API serves: method, path pattern, who may call, what answers.
// Built once by api.cc, then read from any thread; OpenAPI, the permission tests and docs/api.md
// are compared with it. It finds a route; calling it, credentials and errors are api.cc's.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/request.h"
#include "base/result.h"
#include "control/deployments.h"
#include "http/head.h"
#include "http/uri.h"
#include "identity/principal.h"

namespace slipway::api {

enum class Access {
  kAnyone,    // no credential is looked at
  kSignedIn,  // any valid token
  kWriter,    // a valid token that is not read-only
  kInternal   // the socket between our own processes only; there no credential is looked at
};
std::string_view to_string(Access access);

// Values of the pattern's {names}, decoded.
class PathParameters {
 public:
  void add(std::string_view name, std::string value) {
    values_.emplace_back(name, std::move(value));
  }
  // The route's own pattern has it; asking for another is a programming error and gives "".
  const std::string& operator[](std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

// What a handler works on.
struct RouteCall {
  const Request& request;
  PathParameters path;
  identity::Principal principal;  // nobody on kAnyone and kInternal routes
  control::Caller caller;         // the same person, as the use cases take it
};

using RouteHandler = std::function<Result<Reply>(const RouteCall& call)>;

struct Route {
  http::Method method = http::Method::kGet;
  std::string pattern;    // "/api/v1/deployments/{id}"
  std::string operation;  // "getDeployment": its name in OpenAPI
  Access access = Access::kSignedIn;
  RouteHandler handler;
};

class RouteTable {
 public:
  void add(Route route);
  const std::vector<Route>& routes() const { return routes_; }

  struct Match {
    const Route* route = nullptr;  // null: no such path, or not this method
    PathParameters parameters;
    std::string allow;  // "GET, POST": methods of the path; empty: no such path
  };
  // `internal`: the request came over the internal socket. Routes of the other side do not exist.
  // HEAD finds what GET does.
  Match find(http::Method method, std::string_view path, bool internal) const;

 private:
  struct Entry {
    std::vector<std::string> segments;  // "{id}" stands for any non-empty segment
  };
  std::vector<Route> routes_;
  std::vector<Entry> entries_;
};

}  // namespace slipway::api
