#include "serve/problem.h"

#include <fmt/format.h>

#include "http/status.h"

namespace slipway::serve {

std::string problem_body(int status, std::string_view code, std::string_view detail) {
  return fmt::format(
      R"({{"type":"about:blank","title":"{}","status":{},"code":"{}","detail":"{}"}})",
      http::reason_phrase(status), status, code, detail);
}

std::string plain_http_refusal() {
  const std::string body =
      problem_body(400, "tls_expected", "this port speaks TLS: use https:// in the URL");
  return fmt::format(
      "HTTP/1.1 400 Bad Request\r\ncontent-type: {}\r\ncontent-length: {}\r\nconnection: "
      "close\r\n\r\n{}",
      kProblemMediaType, body.size(), body);
}

}  // namespace slipway::serve
