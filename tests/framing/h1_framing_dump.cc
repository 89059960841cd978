// Says how our codec frames streams of requests, so that another parser can be held against it.
//
// Standard input: records of a 32-bit little-endian length and that many bytes, each the bytes of
// one connection. Standard output: per record one line of JSON,
//   {"messages":[{"method":"POST","target":"/x","fields":3,"chunked":false,"upgrade":false,
//                 "keep_alive":true,"start":0,"head_end":52,"end":57,"body":5}],
//    "refused":"duplicate_host"}
// with "refused" null when the stream ended without a refusal. Targets are plain ASCII.

#include <fmt/format.h>

#include <cstdint>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>

#include "http/body_reader.h"
#include "http/h1_head_parser.h"

namespace {

using slipway::http::BodyReader;
using slipway::http::Framing;
using slipway::http::HeadResult;
using slipway::http::Limits;
using slipway::http::Outcome;
using slipway::http::Refusal;
using slipway::http::RequestHead;

std::string quoted(std::string_view ascii) {
  std::string out = "\"";
  for (const char c : ascii) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

struct Body {
  bool whole = false;
  Refusal refusal = Refusal::kNone;
  size_t consumed = 0;
  size_t bytes = 0;
};

Body read_body(const RequestHead& head, std::string_view rest) {
  BodyReader reader;
  reader.start(head.framing, head.content_length);
  Body body;
  while (!reader.done() && body.consumed < rest.size()) {
    const BodyReader::Step step = reader.feed(rest.substr(body.consumed));
    body.consumed += step.consumed;
    body.bytes += step.data.size();
    body.refusal = step.refusal;
    if (step.refusal != Refusal::kNone) return body;
  }
  body.whole = reader.done();
  return body;
}

std::string describe_stream(std::string_view stream) {
  std::string messages;
  Refusal refusal = Refusal::kNone;
  size_t start = 0;
  bool go_on = true;
  while (go_on && start < stream.size()) {
    RequestHead head;
    const HeadResult result = parse_request_head(stream.substr(start), Limits(), head);
    refusal = result.refusal;
    if (result.outcome != Outcome::kComplete) break;
    const Body body = read_body(head, stream.substr(start + result.consumed));
    refusal = body.refusal;
    if (!body.whole) break;
    const size_t head_end = start + result.consumed;
    const size_t end = head_end + body.consumed;
    fmt::format_to(std::back_inserter(messages),
                   R"({}{{"method":{},"target":{},"fields":{},"chunked":{},"upgrade":{},)"
                   R"("keep_alive":{},"start":{},"head_end":{},"end":{},"body":{}}})",
                   messages.empty() ? "" : ",", quoted(head.method_text), quoted(head.target),
                   head.fields.size(), head.framing == Framing::kChunked, head.upgrade,
                   head.keep_alive, start, head_end, end, body.bytes);
    start = end;
    go_on = head.keep_alive && !head.upgrade;
  }
  return fmt::format(R"({{"messages":[{}],"refused":{}}})", messages,
                     refusal == Refusal::kNone ? "null" : quoted(to_string(refusal)));
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  const std::string input{std::istreambuf_iterator<char>(std::cin),
                          std::istreambuf_iterator<char>()};
  std::string_view rest = input;
  while (rest.size() >= 4) {
    uint32_t size = 0;
    for (size_t i = 4; i > 0; --i) size = (size << 8) | static_cast<uint8_t>(rest[i - 1]);
    rest.remove_prefix(4);
    if (size > rest.size()) {
      std::cerr << "h1_framing_dump: the last record is cut off\n";
      return 1;
    }
    std::cout << describe_stream(rest.substr(0, size)) << '\n';
    rest.remove_prefix(size);
  }
  return 0;
}
