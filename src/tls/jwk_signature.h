#pragma once
// Is this signature of a JWS (RFC 7515) the one of that public key? The key comes as the members of
// a JWK (RFC 7517) that are numbers, decoded. Four algorithms of RFC 7518 §3 and RFC 8037, each
// with the one kind of key that it takes; there is no "none" and nothing with a shared secret, so
// that no token can choose them. Pure; any thread; keeps nothing.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway::tls {

enum class JwsAlgorithm { kRs256, kPs256, kEs256, kEdDsa };
std::string_view to_string(JwsAlgorithm algorithm);  // "RS256", "PS256", "ES256", "EdDSA"
// None for every other name.
std::optional<JwsAlgorithm> parse_jws_algorithm(std::string_view name);

enum class JwkKind { kRsa, kP256, kEd25519 };
JwkKind kind_for(JwsAlgorithm algorithm);

// A public key. Numbers are big-endian bytes.
struct Jwk {
  JwkKind kind = JwkKind::kRsa;
  std::string n = {};  // RSA: the modulus, 2048 to 8192 bits
  std::string e = {};  // RSA: the exponent
  std::string x = {};  // P-256: 32 bytes; Ed25519: the key, 32 bytes
  std::string y = {};  // P-256: 32 bytes
  bool operator==(const Jwk&) const = default;
};

// Can this be a key at all? kInvalid: a modulus that is too short or too long, a point that is not
// on the curve, ...
Result<void> check_key(const Jwk& key);

// A success when `signature` (as in JWS: R and S side by side for ES256) is that of `key` over
// `signing_input`, the first two parts of the JWS with the dot between. kUnauthenticated when not;
// kInvalid for a key that is of another kind than the algorithm's, or none.
Result<void> verify_jws(JwsAlgorithm algorithm, const Jwk& key, std::string_view signing_input,
                        std::string_view signature);

}  // namespace slipway::tls
