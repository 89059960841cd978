#pragma once
// A whole request and a whole answer as values, for the parts of the program that do not work in
// bytes as they come: the control API. Any thread, one at a time.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/head.h"

namespace slipway::serve {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

// The value of the first field of that name (any case), or "".
std::string_view find_field(const HeaderFields& fields, std::string_view name);

struct Request {
  http::Method method = http::Method::kGet;
  std::string path;   // still percent-encoded
  std::string query;  // without '?'
  HeaderFields fields;
  std::string body;
  std::string peer;  // "127.0.0.1:51234" or "unix"

  std::string_view field(std::string_view name) const { return find_field(fields, name); }
};

struct Reply {
  int status = 200;
  // Without framing, Connection and Date, which are the connection's. One that cannot be sent (a
  // line break in it) is left out.
  HeaderFields fields;
  std::string body;
};

}  // namespace slipway::serve
