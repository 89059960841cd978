#pragma once
// The body of an answer that the server gives itself, before any handler is asked (RFC 9457).

#include <string>
#include <string_view>

namespace slipway::serve {

inline constexpr std::string_view kProblemMediaType = "application/problem+json";

// `code` is a stable snake_case word, `detail` a sentence; both are plain ASCII without quotes.
std::string problem_body(int status, std::string_view code, std::string_view detail);

// A whole answer for a client that speaks without TLS to a port that is for TLS; it closes.
std::string plain_http_refusal();

}  // namespace slipway::serve
