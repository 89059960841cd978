#include "serve/problem.h"

#include <fmt/format.h>

#include "http/status.h"

namespace slipway::serve {

std::string problem_body(int status, std::string_view code, std::string_view detail) {
  return fmt::format(
      R"({{"type":"about:blank","title":"{}","status":{},"code":"{}","detail":"{}"}})",
      http::reason_phrase(status), status, code, detail);
}

}  // namespace slipway::serve
