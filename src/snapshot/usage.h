#pragma once
// What clients of private endpoints used, as a gateway tells control now and then and when it ends:
//
//   POST /internal/v1/usage
//   {"uses": [{"deployment": "iris", "client": "bot", "requests": 3, "last_used_at_us": 1795...}]}
//
// answered by 204 when the counts are added. The requests are those since the last report that was
// answered: a report whose answer was lost is sent again and counts twice. Values; pure.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace slipway::snapshot {

inline constexpr std::string_view kUsagePath = "/internal/v1/usage";
// Of one report, so that it fits what control takes for a body.
inline constexpr size_t kMaxUsesPerReport = 2'000;

struct ClientUse {
  std::string deployment;
  std::string client;
  uint64_t requests = 0;
  int64_t last_used_micros = 0;  // Unix, UTC
  bool operator==(const ClientUse&) const = default;
};

// Ids and names are those of a valid snapshot, so nothing in them needs escaping.
std::string usage_json(std::span<const ClientUse> uses);

}  // namespace slipway::snapshot
