#pragma once
// RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-10), which tell a client how
// fast it may go before it is refused:
//
//   ratelimit-policy: "client";q=600;w=60, "deployment";q=6000;w=60
//   ratelimit: "client";r=42;t=6, "deployment";r=999;t=1
//
// q requests in w seconds; r more may come at once; after t seconds without any, as many as ever
// (RateLimit::kBurst). Pure, allocates nothing but room in the caller's string.

#include <string>
#include <string_view>

#include "gateway/rate_limit.h"

namespace slipway::gateway {

// The rates that one request was held to.
struct AppliedRates {
  RateState client = {};      // of the client of a private endpoint
  RateState deployment = {};  // of all callers together

  bool any() const { return client.applies() || deployment.applies(); }
};

// The lower-case names.
inline constexpr std::string_view kRateLimitPolicy = "ratelimit-policy";
inline constexpr std::string_view kRateLimit = "ratelimit";

// Complete lines; there is any().
void append_rate_fields(std::string& lines, const AppliedRates& rates);

}  // namespace slipway::gateway
