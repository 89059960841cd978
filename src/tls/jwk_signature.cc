#include "tls/jwk_signature.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <memory>

#include "tls/handles.h"

namespace slipway::tls {
namespace {

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;
constexpr size_t kCoordinateBytes = 32;

using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Deleter<BN_free>>;
using ParamBuilder = std::unique_ptr<OSSL_PARAM_BLD, Deleter<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Deleter<OSSL_PARAM_free>>;
using EcdsaSignature = std::unique_ptr<ECDSA_SIG, Deleter<ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

Failure bad_key(std::string_view why) {
  // What OpenSSL noted belongs to this call and must not show up in another's.
  ERR_clear_error();
  return fail(ErrorCode::kInvalid, fmt::format("the key cannot be used: {}", why));
}

Failure wrong_signature() {
  ERR_clear_error();
  return fail(ErrorCode::kUnauthenticated, "the signature is not that of the key");
}

Result<Key> from_params(const char* type, OSSL_PARAM_BLD* builder, std::string_view why) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return bad_key(why);
  }
  Key key(made);
  const KeyContext check(EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr));
  if (!check || EVP_PKEY_public_check(check.get()) != 1) return bad_key(why);
  return key;
}

Result<Key> rsa_key(const Jwk& jwk) {
  if (jwk.n.size() > kMostRsaBits / 8 || jwk.e.size() > 8) return bad_key("it is too long");
  const Number n = number_of(jwk.n);
  const Number e = number_of(jwk.e);
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder) return bad_key("no memory");
  if (BN_num_bits(n.get()) < kLeastRsaBits) {
    return bad_key(fmt::format("an RSA modulus must have at least {} bits", kLeastRsaBits));
  }
  if (!BN_is_odd(e.get()) || BN_is_one(e.get())) return bad_key("its RSA exponent is none");
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return bad_key("no memory");
  }
  return from_params("RSA", builder.get(), "modulus and exponent are no RSA key");
}

Result<Key> p256_key(const Jwk& jwk) {
  if (jwk.x.size() != kCoordinateBytes || jwk.y.size() != kCoordinateBytes) {
    return bad_key("coordinates on P-256 have 32 bytes");
  }
  const std::string point = '\x04' + jwk.x + jwk.y;  // uncompressed, SEC 1 §2.3.3
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size()) != 1) {
    return bad_key("no memory");
  }
  return from_params("EC", builder.get(), "the point is not on P-256");
}

Result<Key> ed25519_key(const Jwk& jwk) {
  if (jwk.x.size() != kCoordinateBytes) return bad_key("a key on Ed25519 has 32 bytes");
  Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(jwk.x), jwk.x.size()));
  if (!key) return bad_key("it is not on Ed25519");
  return key;
}

Result<Key> key_of(const Jwk& jwk) {
  switch (jwk.kind) {
    case JwkKind::kRsa:
      return rsa_key(jwk);
    case JwkKind::kP256:
      return p256_key(jwk);
    case JwkKind::kEd25519:
      return ed25519_key(jwk);
  }
  return bad_key("it is of no known kind");
}

// R and S side by side (RFC 7518 §3.4) as OpenSSL wants it, in DER; "": no such signature.
std::string der_of(std::string_view signature) {
  if (signature.size() != 2 * kCoordinateBytes) return "";
  const EcdsaSignature pair(ECDSA_SIG_new());
  Number r = number_of(signature.substr(0, kCoordinateBytes));
  Number s = number_of(signature.substr(kCoordinateBytes));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return "";
  (void)r.release();  // belong to the pair now
  (void)s.release();
  unsigned char* der = nullptr;
  const int length = i2d_ECDSA_SIG(pair.get(), &der);
  if (length <= 0) return "";
  std::string out(reinterpret_cast<const char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  return out;
}

}  // namespace

std::string_view to_string(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case JwsAlgorithm::kRs256:
      return "RS256";
    case JwsAlgorithm::kPs256:
      return "PS256";
    case JwsAlgorithm::kEs256:
      return "ES256";
    case JwsAlgorithm::kEdDsa:
      return "EdDSA";
  }
  return "";
}

std::optional<JwsAlgorithm> parse_jws_algorithm(std::string_view name) {
  for (const JwsAlgorithm algorithm :
       {JwsAlgorithm::kRs256, JwsAlgorithm::kPs256, JwsAlgorithm::kEs256, JwsAlgorithm::kEdDsa}) {
    if (name == to_string(algorithm)) return algorithm;
  }
  return std::nullopt;
}

JwkKind kind_for(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case JwsAlgorithm::kRs256:
    case JwsAlgorithm::kPs256:
      return JwkKind::kRsa;
    case JwsAlgorithm::kEs256:
      return JwkKind::kP256;
    case JwsAlgorithm::kEdDsa:
      return JwkKind::kEd25519;
  }
  return JwkKind::kRsa;
}

Result<void> check_key(const Jwk& key) {
  TRY(key_of(key));
  return {};
}

Result<void> verify_jws(JwsAlgorithm algorithm, const Jwk& key, std::string_view signing_input,
                        std::string_view signature) {
  if (key.kind != kind_for(algorithm)) {
    return bad_key(fmt::format("it is not for {}", to_string(algorithm)));
  }
  TRY_ASSIGN(const Key public_key, key_of(key));
  std::string der;
  if (algorithm == JwsAlgorithm::kEs256) {
    der = der_of(signature);
    if (der.empty()) return wrong_signature();
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;  // belongs to `context`
  // Ed25519 hashes by itself.
  const EVP_MD* digest = algorithm == JwsAlgorithm::kEdDsa ? nullptr : EVP_sha256();
  bool ready = context && EVP_DigestVerifyInit(context.get(), &settings, digest, nullptr,
                                               public_key.get()) == 1;
  if (ready && algorithm == JwsAlgorithm::kPs256) {
    // RFC 7518 §3.5: MGF1 with SHA-256, and a salt as long as the digest.
    ready = EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1 &&
            EVP_PKEY_CTX_set_rsa_mgf1_md(settings, EVP_sha256()) == 1 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  if (!ready) return bad_key("OpenSSL does not take it");
  if (EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                       bytes_of(signing_input), signing_input.size()) != 1) {
    return wrong_signature();
  }
  return {};
}

}  // namespace slipway::tls
