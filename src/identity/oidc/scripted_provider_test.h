#pragma once
// An OpenID provider for tests: answers the calls of SignIn from a script and signs with Ed25519
// keys of its own, which the test can rotate.

#include <sodium.h>

#include <array>
#include <map>
#include <string>
#include <vector>

#include "base/base64url.h"
#include "base/json.h"
#include "identity/oidc/config.h"
#include "identity/oidc/provider_call.h"

namespace slipway::identity::oidc {

class ScriptedProvider {
 public:
  static constexpr const char* kIssuer = "https://id.example.org";

  ScriptedProvider() { rotate("first"); }

  static Config config() {
    Config out;
    out.issuer = kIssuer;
    out.client_id = "slipway";
    out.client_secret = "s3cret/";
    out.redirect_uri = "http://127.0.0.1:8080/api/v1/session/oidc/callback";
    out.groups = {{"staff", "default", false}, {"leads", "default", true}};
    return out;
  }

  // From now on another key signs, and the old one is not published any more.
  void rotate(const std::string& id) {
    key_id = id;
    crypto_sign_keypair(public_key_.data(), secret_key_.data());
    jwks = {{"keys",
             {{{"kty", "OKP"},
               {"crv", "Ed25519"},
               {"kid", id},
               {"use", "sig"},
               {"x", base64url_encode(text_of(public_key_))}}}}};
  }

  std::string sign(const Json& header, const Json& document) const {
    const std::string input =
        base64url_encode(dump_json(header)) + "." + base64url_encode(dump_json(document));
    std::array<unsigned char, crypto_sign_BYTES> signature{};
    crypto_sign_detached(signature.data(), nullptr,
                         reinterpret_cast<const unsigned char*>(input.data()), input.size(),
                         secret_key_.data());
    return input + "." + base64url_encode(text_of(signature));
  }

  std::string id_token() const { return sign({{"alg", "EdDSA"}, {"kid", key_id}}, claims); }

  Send send() {
    return [this](const call::Call& call) -> Result<call::Answer> {
      calls.push_back(call);
      const std::string path = call.url.substr(std::string(kIssuer).size());
      if (away) return fail(ErrorCode::kUnavailable, "cannot connect");
      if (path == "/.well-known/openid-configuration") return json(discovery);
      if (path == "/jwks") return json(jwks);
      if (path == "/userinfo") return json(userinfo);
      if (path != "/token") return call::Answer{404, {}, "no"};
      if (token_status != 200) return json({{"error", token_error}}, token_status);
      return json({{"access_token", "at"},
                   {"token_type", "Bearer"},
                   {"id_token", raw_id_token.empty() ? id_token() : raw_id_token}});
    };
  }

  int count(const std::string& path) const {
    int out = 0;
    for (const call::Call& call : calls) out += call.url == kIssuer + path ? 1 : 0;
    return out;
  }

  std::string key_id;
  Json discovery = {{"issuer", kIssuer},
                    {"authorization_endpoint", std::string(kIssuer) + "/auth"},
                    {"token_endpoint", std::string(kIssuer) + "/token"},
                    {"userinfo_endpoint", std::string(kIssuer) + "/userinfo"},
                    {"jwks_uri", std::string(kIssuer) + "/jwks"}};
  Json jwks;
  Json claims;
  Json userinfo = {{"sub", "u-1"}};
  std::string raw_id_token;  // "": the claims, signed
  int token_status = 200;
  std::string token_error;
  bool away = false;
  std::vector<call::Call> calls;

 private:
  template <size_t N>
  static std::string text_of(const std::array<unsigned char, N>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), N};
  }
  static call::Answer json(const Json& document, int status = 200) {
    return {status, {{"Content-Type", "application/json"}}, dump_json(document)};
  }

  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> public_key_{};
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> secret_key_{};
};

}  // namespace slipway::identity::oidc
