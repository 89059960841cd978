#pragma once
// Strict HTTP/1 heads (RFC 9112, narrowed by the rules of docs/http-rules.md): bytes in, a checked
// RequestHead or ResponseHead out, or a refusal after which the connection must be closed. Pure
// functions without allocation; whoever owns the buffer calls them on its own thread.
//
// Every refusal is final: more bytes never turn kRefused into something else. The verdict does not
// depend on how the bytes were split; when they trickle in, a refusal comes with the empty line at
// the latest.

#include <cstddef>
#include <string_view>

#include "http/head.h"
#include "http/refusal.h"

namespace slipway::http {

struct Limits {
  size_t head_bytes = size_t{32} * 1024;   // request line, fields and the empty line; more is 431
  size_t fields = kMaxFields;              // at most kMaxFields; more is 431
  size_t target_bytes = size_t{8} * 1024;  // more is 414
};

enum class Outcome : uint8_t { kComplete, kNeedMore, kRefused };

struct HeadResult {
  Outcome outcome = Outcome::kNeedMore;
  size_t consumed = 0;  // bytes of the head when complete, else 0
  int status = 0;  // when refused: what to answer (400, 414, 417, 431, 501, 505; 502 for responses)
  Refusal refusal = Refusal::kNone;
};

// Where the search for the end of a head stands, so that a peer that sends byte by byte costs
// linear time. Keep one beside the buffer, pass it with every attempt, reset it after a head was
// complete. The buffer may move between attempts but must begin with the same bytes.
class HeadScan {
 public:
  void reset() { *this = HeadScan(); }

 private:
  friend struct HeadScanAccess;
  size_t position_ = 0;    // everything before it has been seen
  size_t line_start_ = 0;  // first byte of the line that holds position_
};

// `buffer` begins with the head; what follows it is left alone. `out` is only meaningful after
// kComplete.
HeadResult parse_request_head(std::string_view buffer, const Limits& limits, HeadScan& scan,
                              RequestHead& out);
// `request_method` is that of the request which this answers: it decides whether a body follows.
HeadResult parse_response_head(std::string_view buffer, const Limits& limits, Method request_method,
                               HeadScan& scan, ResponseHead& out);

// For callers that hold the whole head, as tests do.
HeadResult parse_request_head(std::string_view buffer, const Limits& limits, RequestHead& out);
HeadResult parse_response_head(std::string_view buffer, const Limits& limits, Method request_method,
                               ResponseHead& out);

}  // namespace slipway::http
