#include "identity/oidc/jwks_cache.h"

#include <fmt/format.h>

#include "base/base64url.h"
#include "base/json.h"
#include "domain/text_rules.h"

namespace slipway::identity::oidc {
namespace {

constexpr size_t kMostKeys = 100;

std::optional<tls::JwkKind> kind_of(const Json& jwk) {
  const std::string type = text_member(jwk, "kty");
  const std::string curve = text_member(jwk, "crv");
  if (type == "RSA") return tls::JwkKind::kRsa;
  if (type == "EC" && curve == "P-256") return tls::JwkKind::kP256;
  if (type == "OKP" && curve == "Ed25519") return tls::JwkKind::kEd25519;
  return std::nullopt;
}

std::optional<ProviderKey> read_key(const Json& jwk) {
  if (!jwk.is_object()) return std::nullopt;
  const std::string use = text_member(jwk, "use");
  const auto kind = kind_of(jwk);
  if (!kind || (!use.empty() && use != "sig")) return std::nullopt;
  ProviderKey out{.id = text_member(jwk, "kid"), .key = {.kind = *kind}};
  if (jwk.contains("alg")) {
    out.algorithm = tls::parse_jws_algorithm(text_member(jwk, "alg"));
    if (!out.algorithm || tls::kind_for(*out.algorithm) != *kind) return std::nullopt;
  }
  const std::pair<const char*, std::string*> numbers[] = {
      {"n", &out.key.n}, {"e", &out.key.e}, {"x", &out.key.x}, {"y", &out.key.y}};
  for (const auto& [name, into] : numbers) {
    auto bytes = base64url_decode(text_member(jwk, name));
    if (!bytes) return std::nullopt;
    *into = std::move(*bytes);
  }
  if (!tls::check_key(out.key)) return std::nullopt;
  return out;
}

}  // namespace

Result<std::vector<ProviderKey>> read_jwks(const Json& document) {
  const auto keys = document.find("keys");
  if (keys == document.end() || !keys->is_array() || keys->size() > kMostKeys) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the key set of the OpenID provider has no list 'keys' of at most {}",
                            kMostKeys));
  }
  std::vector<ProviderKey> out;
  for (const Json& jwk : *keys) {
    if (auto key = read_key(jwk)) out.push_back(std::move(*key));
  }
  return out;
}

JwksCache::JwksCache(const Send& send, const Clock& clock) : send_(send), clock_(clock) {}

Result<void> JwksCache::fetch(const call::Call& jwks_call) {
  TRY_ASSIGN(const Json document, ask_provider(send_, jwks_call, "its key set"));
  TRY_ASSIGN(keys_, read_jwks(document));
  fetched_at_ = clock_.monotonic();
  return {};
}

const tls::Jwk* JwksCache::match(const std::string& key_id, tls::JwsAlgorithm algorithm) const {
  const tls::Jwk* found = nullptr;
  for (const ProviderKey& key : keys_) {
    const bool fits = key.key.kind == tls::kind_for(algorithm) &&
                      (!key.algorithm || *key.algorithm == algorithm) &&
                      (key_id.empty() || key.id == key_id);
    if (!fits) continue;
    if (found != nullptr) return nullptr;  // which one is meant is anybody's guess
    found = &key.key;
  }
  return found;
}

Result<tls::Jwk> JwksCache::find(const call::Call& jwks_call, const std::string& key_id,
                                 tls::JwsAlgorithm algorithm) {
  const std::lock_guard lock(mutex_);
  const Monotonic now = clock_.monotonic();
  const bool stale = !fetched_at_ || now - *fetched_at_ >= kKept;
  if (stale) TRY(fetch(jwks_call));
  if (const tls::Jwk* key = match(key_id, algorithm)) return *key;
  if (!stale && (!refetched_at_ || now - *refetched_at_ >= kPauseBetweenRefetches)) {
    refetched_at_ = now;
    TRY(fetch(jwks_call));
    if (const tls::Jwk* key = match(key_id, algorithm)) return *key;
  }
  return fail(ErrorCode::kDenied,
              fmt::format("the ID token is signed with the key '{}' for {}, which the OpenID "
                          "provider does not publish",
                          domain::shortened(key_id), tls::to_string(algorithm)));
}

}  // namespace slipway::identity::oidc
