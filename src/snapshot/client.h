#pragma once
// A client of a private endpoint as gateways know it: a name and what its token digests to, never
// the token. Plain values, part of a Snapshot.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "snapshot/digest.h"

namespace slipway::snapshot {

enum class Access : uint8_t {
  kPublic = 0,  // whoever reaches the gateway may predict
  kPrivate = 1  // only clients with a token; nobody when there are none
};
std::string_view to_string(Access access);

struct Client {
  std::string name;  // as is_client_name() says; the model sees it as X-Forwarded-User
  TokenDigest digest{};
  // The digest before a rotation, good until then (Unix, UTC); 0, with zeros: none.
  TokenDigest previous_digest{};
  int64_t previous_until_micros = 0;
  int64_t expires_at_micros = 0;     // Unix, UTC; 0: never
  uint32_t requests_per_minute = 0;  // at each gateway; 0: no limit
  bool operator==(const Client&) const = default;
};

// ^[a-z_][a-z0-9_-]*$, at most kMaxClientNameBytes.
inline constexpr size_t kMaxClientNameBytes = 64;
bool is_client_name(std::string_view text);

Result<void> validate(const Client& client);

}  // namespace slipway::snapshot
