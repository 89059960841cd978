#include "api/api_answerer.h"

#include <chrono>
#include <utility>

#include "api/problem.h"

namespace slipway::api {
namespace {

constexpr std::chrono::seconds kLookAgain{1};

serve::Reply whole(Reply reply, http::Method method) {
  serve::Reply out;
  out.status = reply.status;
  out.fields = std::move(reply.fields);
  if (!reply.content_type.empty()) {
    out.fields.emplace_back("Content-Type", std::move(reply.content_type));
  }
  if (method != http::Method::kHead) out.body = std::move(reply.body);
  return out;
}

void send_stream(serve::ReplyStream& stream,
                 const std::function<Result<void>(const ByteSink&)>& produce) {
  const ByteSink sink = [&](std::string_view bytes) {
    if (bytes.empty()) return !stream.closed();
    if (!stream.write(bytes)) return false;
    while (!stream.wait_writable(kLookAgain)) {
      if (stream.closed()) return false;
    }
    return true;
  };
  if (produce(sink)) {
    stream.finish();
  } else {
    stream.abort();
  }
}

}  // namespace

std::string client_address(const Request& request, bool behind_gateway) {
  std::string_view address = request.peer;
  if (behind_gateway) {
    // A client may send such a field itself; the gateway's own entry is the last one.
    const std::string_view hops = request.field("X-Forwarded-For");
    const size_t comma = hops.rfind(',');
    std::string_view last = comma == std::string_view::npos ? hops : hops.substr(comma + 1);
    while (!last.empty() && last.front() == ' ') last.remove_prefix(1);
    if (!last.empty()) address = last;
  }
  // "[::1]:5000" and "127.0.0.1:5000" end in a port, "::1" does not.
  if (!address.empty() && address.front() == '[') {
    return std::string(address.substr(1, address.find(']') - 1));
  }
  const size_t colon = address.rfind(':');
  const bool has_port = colon != std::string_view::npos && address.find(':') == colon;
  return std::string(has_port ? address.substr(0, colon) : address);
}

void ApiAnswerer::answer(serve::Request request, serve::Responder responder) {
  request.peer = client_address(request, listener_ == Listener::kBehindGateway);
  const http::Method method = request.method;
  Reply reply = api_.answer(request, listener_ == Listener::kInternal);

  // Responder can be moved only, std::function wants to copy what it holds.
  const auto answering = std::make_shared<serve::Responder>(std::move(responder));
  if (reply.later) {
    reply.later(
        [answering, method](Reply late) { answering->reply(whole(std::move(late), method)); });
    return;
  }
  if (!reply.stream || method == http::Method::kHead) {
    answering->reply(whole(std::move(reply), method));
    return;
  }
  const auto shared = std::make_shared<Reply>(std::move(reply));
  const bool started = streams_.start([answering, shared] {
    HeaderFields fields = std::move(shared->fields);
    fields.emplace_back("Content-Type", shared->content_type);
    const auto stream = answering->stream(shared->status, std::move(fields));
    send_stream(*stream, shared->stream);
  });
  if (!started) {
    answering->reply(whole(
        problem(Error{ErrorCode::kUnavailable,
                      "too many logs and events are being followed already; try again later"}),
        method));
  }
}

}  // namespace slipway::api
