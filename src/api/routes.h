#pragma once
// The table of everything that the API serves: method, path pattern, who may call, what is said
// about it, what answers. Built once by api.cc, then read from any thread; OpenAPI and docs/api.md
// are made from it, and the permission tests walk it. It finds a route; calling it, credentials and
// errors are api.cc's.

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

// Who may call a route. A method that changes something also needs a credential that may write;
// a platform admin may do what members and group admins may. What hangs on the group of an object
// is decided by the use case in control, in the transaction that reads the object.
enum class Access {
  kAnyone,    // no credential is looked at
  kSignedIn,  // any valid credential
  // A member of the object's group; for others the object does not exist (404). Where the body
  // names the group, one that the caller is no member of is a wrong field (400).
  kMember,
  kGroupAdmin,           // the same, but members who are no admins of the group are denied
  kPlatformAdmin,        // an admin of the installation; everybody else is denied
  kPlatformAdminHidden,  // the same on a group: for strangers it does not exist
  kInternal  // the socket between our own processes only; there no credential is looked at
};
std::string_view to_string(Access access);

// Does a request with this method change something?
bool is_write(http::Method method);

// A further answer that is a success, or none that is a problem.
struct RouteAnswer {
  int status = 200;
  std::string_view schema = {};  // as RouteText::response_schema
  std::string_view type = "application/json";
};

// What a repeat of a POST with the same Idempotency-Key gets (answer_once.h).
enum class Repeat {
  kAnswer,       // what the first one was answered
  kShowsSecret,  // that it was done: the answer showed a secret, which is not kept
  kUseCase       // what the use case finds that the first one made
};

// What OpenAPI and docs/api.md say about a route beyond its path.
struct RouteText {
  std::string_view tag = {};
  std::string_view summary = {};
  // Query parameters as "name:type" separated by blanks; "[]" after the type: may be repeated,
  // "!": must be given.
  std::string_view query = {};
  std::string_view request_schema = {};  // "": no body
  int status = 200;                      // of success
  // "": no body; "Page:X": a page of X; otherwise a schema's name.
  std::string_view response_schema = {};
  std::string_view response_type = "application/json";
  std::vector<RouteAnswer> more_answers = {};
  bool takes_if_match = false;
  Repeat repeat = Repeat::kAnswer;
};

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
  // Who a request with these fields comes from now (lasting_caller.h).
  std::function<Result<control::Caller>(const Request&)> authenticate = {};
};

using RouteHandler = std::function<Result<Reply>(const RouteCall& call)>;

struct Route {
  http::Method method = http::Method::kGet;
  std::string pattern;    // "/api/v1/deployments/{id}"
  std::string operation;  // "getDeployment": its name in OpenAPI
  Access access = Access::kSignedIn;
  RouteText text;
  RouteHandler handler;
  // Also for somebody who has to change their password first.
  bool before_password_change = false;
};

class RouteTable {
 public:
  void add(Route route);
  const std::vector<Route>& routes() const { return routes_; }

  // JSON Schemas that the routes' texts name: an object as JSON text, which lives for ever.
  void add_schemas(std::string_view schemas) { schemas_.push_back(schemas); }
  const std::vector<std::string_view>& schemas() const { return schemas_; }

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
  std::vector<std::string_view> schemas_;
};

}  // namespace slipway::api
