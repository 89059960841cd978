#pragma once
// An ID token (OpenID Connect Core 1.0 §2): taken apart, and its claims held against what was asked
// for (§3.1.3.7). Whether its signature is right, tls/jwk_signature knows; a token counts only when
// both say yes. Pure.

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "tls/jwk_signature.h"

namespace slipway::identity::oidc {

// How far the provider's clock may be off.
inline constexpr std::chrono::seconds kLeeway{60};

struct IdToken {
  tls::JwsAlgorithm algorithm = tls::JwsAlgorithm::kRs256;
  std::string key_id = {};  // may be ""
  Json claims = {};
  std::string signing_input = {};
  std::string signature = {};
};

// From the compact form. kDenied for anything that is not a JWS of one of our algorithms: `none`
// and HS256 among them.
Result<IdToken> read_id_token(std::string_view compact);

struct Expected {
  std::string issuer;
  std::string client_id;
  std::string nonce;
};

// kDenied, saying which claim is wrong: iss, aud, azp, exp, iat, nbf, nonce, sub.
Result<void> check_claims(const Json& claims, const Expected& expected, Timestamp now);

}  // namespace slipway::identity::oidc
