#pragma once
// A request to the API and its answer as plain values, so that every route can be tested without a
// socket. api.cc alone knows how serve carries them. The rest of the room reads a Request, which
// lives as long as the call, and returns a Reply.

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/head.h"

namespace slipway::api {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

// The value of the first field of that name (any case), or "".
std::string_view find_field(const HeaderFields& fields, std::string_view name);

struct Request {
  http::Method method = http::Method::kGet;
  std::string path;   // still percent-encoded
  std::string query;  // without '?'
  HeaderFields fields;
  std::string body;
  std::string peer;  // the address of the client, for records

  std::string_view field(std::string_view name) const { return find_field(fields, name); }
  bool has_field(std::string_view name) const;
};

// Takes the next bytes of an answer; blocks while the reader is slow; false: nobody reads any more.
// Empty bytes only ask whether somebody still does.
using ByteSink = std::function<bool(std::string_view bytes)>;

struct Reply {
  int status = 200;
  std::string content_type;  // "": no body
  std::string body;
  HeaderFields fields;  // besides Content-Type and the framing
  // When set, makes the body piece by piece instead; may block for as long as somebody reads. An
  // Error cuts the answer off so that the reader sees that it is not whole.
  std::function<Result<void>(const ByteSink& sink)> stream;
  // When set, the answer comes later, once, from any thread; everything else here is ignored.
  std::function<void(std::function<void(Reply)> answer)> later;
};

}  // namespace slipway::api
