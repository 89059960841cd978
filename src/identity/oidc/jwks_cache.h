#pragma once
// The provider's public keys (RFC 7517), fetched when the first token comes, again after an hour,
// and when a token names a key that is not there: keys rotate, and the new one must work at once.
// Owned by SignIn; any thread.

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "identity/oidc/provider_call.h"
#include "tls/jwk_signature.h"

namespace slipway::identity::oidc {

struct ProviderKey {
  std::string id;                                   // "kid"; may be ""
  std::optional<tls::JwsAlgorithm> algorithm = {};  // none: any that fits its kind
  tls::Jwk key = {};
  bool operator==(const ProviderKey&) const = default;
};

// The keys that can check signatures with our algorithms; others in the set are passed over, since
// sets hold keys for encryption and newer algorithms, too. kUnavailable when it is no key set.
Result<std::vector<ProviderKey>> read_jwks(const Json& document);

class JwksCache {
 public:
  static constexpr std::chrono::hours kKept{1};
  // Between two fetches because of unknown keys.
  static constexpr std::chrono::seconds kPauseBetweenRefetches{30};

  // What it is given outlives it.
  JwksCache(const Send& send, const Clock& clock);

  // The key for a token's header; a token without `key_id` fits when only one key can be meant.
  // kDenied when there is none; kUnavailable when the set cannot be had.
  Result<tls::Jwk> find(const call::Call& jwks_call, const std::string& key_id,
                        tls::JwsAlgorithm algorithm);

 private:
  Result<void> fetch(const call::Call& jwks_call);
  const tls::Jwk* match(const std::string& key_id, tls::JwsAlgorithm algorithm) const;

  const Send& send_;
  const Clock& clock_;
  std::mutex mutex_;
  std::vector<ProviderKey> keys_;
  std::optional<Monotonic> fetched_at_;
  std::optional<Monotonic> refetched_at_;
};

}  // namespace slipway::identity::oidc
