#include "snapshot/usage.h"

#include <fmt/format.h>

#include <iterator>

namespace slipway::snapshot {

std::string usage_json(std::span<const ClientUse> uses) {
  std::string out = "{\"uses\":[";
  for (const ClientUse& use : uses) {
    if (out.back() == '}') out += ',';
    fmt::format_to(std::back_inserter(out),
                   R"({{"deployment":"{}","client":"{}","requests":{},"last_used_at_us":{}}})",
                   use.deployment, use.client, use.requests, use.last_used_micros);
  }
  return out += "]}";
}

}  // namespace slipway::snapshot
