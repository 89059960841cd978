#include "identity/oidc/jwks_cache.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace slipway::identity::oidc {
namespace {

constexpr const char* kX = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

Json ed25519(const std::string& id) {
  return {{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", id}, {"x", kX}};
}

TEST(Jwks, passes_over_keys_that_check_no_signature_of_ours) {
  Json encryption = ed25519("encryption");
  encryption["use"] = "enc";
  Json other_algorithm = ed25519("other");
  other_algorithm["alg"] = "ES512";
  Json mismatch = ed25519("mismatch");
  mismatch["alg"] = "RS256";
  Json padded = ed25519("padded");
  padded["x"] = std::string(kX) + "=";
  Json signing = ed25519("good");
  signing["use"] = "sig";
  signing["alg"] = "EdDSA";
  const Json secret = {{"kty", "oct"}, {"k", "AAAA"}, {"kid", "secret"}};
  const Json short_rsa = {{"kty", "RSA"}, {"n", "AQAB"}, {"e", "AQAB"}, {"kid", "short"}};
  const auto keys = read_jwks(
      {{"keys",
        {encryption, other_algorithm, mismatch, padded, secret, short_rsa, Json("x"), signing}}});
  ASSERT_TRUE(keys.has_value());
  ASSERT_EQ(keys->size(), 1U);
  EXPECT_EQ((*keys)[0].id, "good");
  EXPECT_EQ((*keys)[0].algorithm, tls::JwsAlgorithm::kEdDsa);
}

TEST(Jwks, refuses_what_is_no_key_set) {
  EXPECT_FALSE(read_jwks(Json::object()).has_value());
  EXPECT_FALSE(read_jwks({{"keys", "none"}}).has_value());
}

}  // namespace
}  // namespace slipway::identity::oidc
