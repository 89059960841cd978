#pragma once
// A request to the API and its answer as plain values, so that every route can be tested without a
// socket; api_answerer.cc alone knows how serve carries them. A Request lives as long as the call;
// what a handler returns is a Reply.

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "serve/reply.h"

namespace slipway::api {

using serve::find_field;
using serve::HeaderFields;
using serve::Request;

bool has_field(const Request& request, std::string_view name);

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
