#pragma once
// The bodies of replies that the gateway makes itself: Seldon's status document towards clients of
// a prediction endpoint, a problem (RFC 9457) towards clients of everything else,
// fields alone towards clients of gRPC.
//
// Appends to a string of the caller's that keeps its capacity; pure. What was sent by a client goes
// in only as JSON text, never as it is.

#include <string>
#include <string_view>

namespace slipway::gateway {

// {"status":{"code":503,"info":"...","reason":"...","status":"FAILURE"}}
void append_seldon_failure(std::string& out, int code, std::string_view info,
                           std::string_view reason);

// The fields of a whole answer of gRPC's (Trailers-Only): its status for one of HTTP, and a
// message.
void append_grpc_status(std::string& lines, int http_status, std::string_view message);

// {"type":"about:blank","title":"Service Unavailable","status":503,"detail":"..."}
void append_problem(std::string& out, int status, std::string_view detail);

// `text` as a JSON string with its quotes. Bytes that are not ASCII are replaced by '?': such text
// can only come from outside and need not be UTF-8.
void append_json_text(std::string& out, std::string_view text);

}  // namespace slipway::gateway
