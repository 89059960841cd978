// Heads of requests and responses from arbitrary bytes. Claims: the verdict does not depend on how
// the bytes are cut; a complete head ends in an empty line and no prefix of it is complete; what
// was accepted keeps the rules of docs/http-rules.md; what the writer makes of it is read back with
// the same framing and the same fields.
#include <algorithm>
#include <string>
#include <string_view>

#include "http/connection_fields.h"
#include "http/h1_head_parser.h"
#include "http/head_writer.h"
#include "support/require.h"

namespace {

using namespace slipway::http;
using slipway::test::require;

void check_fields(const Fields& fields) {
  for (const Field& field : fields) {
    require(!field.name.empty(), "a name is not empty");
    for (const char c : field.name) require(c > 0x20 && c != ':', "a name has no blank, no colon");
    for (const char c : field.value) {
      const auto byte = static_cast<unsigned char>(c);
      require((byte >= 0x20 && byte != 0x7F) || byte == '\t', "a value has no control byte");
    }
    require(field.value.empty() || (field.value.front() != ' ' && field.value.back() != ' '),
            "a value is trimmed");
  }
  require(fields.count(HeaderId::kContentLength) <= 1, "one Content-Length at most");
  require(fields.count(HeaderId::kTransferEncoding) <= 1, "one Transfer-Encoding at most");
  require(!(fields.has(HeaderId::kContentLength) && fields.has(HeaderId::kTransferEncoding)),
          "never both");
}

// Fed in pieces that end at `cut`, behind it, and at the end. A refusal may come later in pieces
// than at once, but no later than the empty line, and it is the same.
template <typename Parse>
void check_cut(std::string_view bytes, size_t cut, const HeadResult& whole, const Parse& parse) {
  HeadScan scan;
  HeadResult result = parse(bytes.substr(0, cut), scan);
  if (result.outcome == Outcome::kNeedMore) {
    result = parse(bytes.substr(0, cut + (bytes.size() - cut) / 2), scan);
  }
  if (result.outcome == Outcome::kNeedMore) result = parse(bytes, scan);
  if (result.outcome == Outcome::kNeedMore && whole.outcome == Outcome::kRefused) {
    result = parse(std::string(bytes) + "\r\n\r\n", scan);
  }
  require(result.outcome == whole.outcome && result.refusal == whole.refusal &&
              result.consumed == whole.consumed,
          "a verdict does not depend on the cut");
}

void check_complete(std::string_view bytes, const HeadResult& result) {
  require(result.consumed >= 4 && result.consumed <= bytes.size(), "consumed is within the bytes");
  require(bytes.substr(result.consumed - 4, 4) == "\r\n\r\n", "a head ends with an empty line");
}

void fuzz_request(std::string_view bytes, const Limits& limits) {
  RequestHead head;
  const auto parse = [&](std::string_view prefix, HeadScan& scan) {
    return parse_request_head(prefix, limits, scan, head);
  };
  HeadScan scan;
  const HeadResult result = parse(bytes, scan);
  check_cut(bytes, bytes.empty() ? 0 : bytes.size() * 2 / 3, result, parse);
  check_cut(bytes, std::min<size_t>(1, bytes.size()), result, parse);
  if (result.outcome != Outcome::kComplete) return;
  check_complete(bytes, result);
  HeadScan fresh;
  require(parse(bytes.substr(0, result.consumed - 1), fresh).outcome == Outcome::kNeedMore,
          "no prefix of a head is complete");
  HeadScan last;
  parse(bytes, last);

  check_fields(head.fields);
  require(head.minor_version == 0 || head.fields.count(HeaderId::kHost) == 1, "exactly one Host");
  require(!head.upgrade || !head.has_body(), "an upgrade has no body");
  require(head.framing != Framing::kUntilClose, "no request lasts until close");
  require(head.framing != Framing::kChunked || head.minor_version == 1, "1.0 is not chunked");
  for (const char c : head.target) require(c > 0x20 && c < 0x7F, "target bytes are graphic");

  std::string out;
  RequestHeadWriter writer(out);
  const std::string host(head.host.empty() ? "h" : head.host);
  require(writer.begin(head.method, head.target, host), "what was read can be written");
  writer.forward(head.fields);
  writer.end(head.framing, head.content_length);
  RequestHead again;
  const HeadResult second = parse_request_head(out, Limits{65536, kMaxFields, 65536}, again);
  // The writer may add Host and Content-Length to a head that was full.
  if (second.refusal == Refusal::kTooManyFields && head.fields.size() + 2 > kMaxFields) return;
  require(second.outcome == Outcome::kComplete, "what was written can be read");
  require(again.has_body() == head.has_body() && again.content_length == head.content_length,
          "framing survives");
  require(again.target == head.target && again.method == head.method, "the line survives");
  for (const Field& field : again.fields) {
    require(std::none_of(field.name.begin(), field.name.end(),
                         [](char c) { return c >= 'A' && c <= 'Z'; }),
            "names are written in lower case");
  }
}

void fuzz_response(std::string_view bytes, Method method) {
  ResponseHead head;
  const auto parse = [&](std::string_view prefix, HeadScan& scan) {
    return parse_response_head(prefix, Limits(), method, scan, head);
  };
  HeadScan scan;
  const HeadResult result = parse(bytes, scan);
  check_cut(bytes, bytes.size() / 2, result, parse);
  if (result.outcome == Outcome::kRefused) require(result.status == 502, "a bad response is 502");
  if (result.outcome != Outcome::kComplete) return;
  HeadScan last;
  parse(bytes, last);
  check_complete(bytes, result);
  check_fields(head.fields);
  require(head.status >= 100 && head.status <= 599, "a status is one");
  if (head.status < 200 || head.status == 204 || head.status == 304 || method == Method::kHead) {
    require(head.framing == Framing::kNone, "no body where none may be");
  }
  require(head.framing != Framing::kUntilClose || !head.keep_alive, "until close closes");

  std::string out;
  ResponseHeadWriter writer(out);
  writer.begin(head.status);
  writer.forward(head.fields);
  writer.end(head.framing, head.content_length, head.keep_alive);
  ResponseHead again;
  const HeadResult second =
      parse_response_head(out, Limits{65536, kMaxFields, 65536}, method, again);
  if (second.refusal == Refusal::kTooManyFields && head.fields.size() + 2 > kMaxFields) return;
  require(second.outcome == Outcome::kComplete, "what was written can be read");
  require(again.status == head.status, "the status survives");
  require(again.framing == head.framing ||
              (head.framing == Framing::kNone && again.content_length == 0),
          "framing survives");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  fuzz_request(bytes, Limits());
  fuzz_request(bytes, Limits{64, 3, 20});
  fuzz_response(bytes, Method::kPost);
  fuzz_response(bytes, Method::kHead);
  return 0;
}
