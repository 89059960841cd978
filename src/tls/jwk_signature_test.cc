#include "tls/jwk_signature.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>

#include "base/base64url.h"

namespace slipway::tls {
namespace {

std::string raw(std::string_view text) { return base64url_decode(text).value(); }

struct Vector {
  JwsAlgorithm algorithm;
  Jwk key;
  std::string input;
  std::string signature;

  Result<void> verify() const { return verify_jws(algorithm, key, input, signature); }
};

constexpr std::string_view kJoe =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";

Vector rs256() {  // RFC 7515 A.2
  return {
      JwsAlgorithm::kRs256,
      {.kind = JwkKind::kRsa,
       .n = raw("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJ"
                "PMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0"
                "LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uD"
                "Zlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2"
                "PAcDTW9gb54h4FRWyuXpoQ"),
       .e = raw("AQAB")},
      "eyJhbGciOiJSUzI1NiJ9." + std::string(kJoe),
      raw("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt"
          "_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArL"
          "IARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7no"
          "OPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQ"
          "Ge77Rw")};
}

Vector es256() {  // RFC 7515 A.3
  return {
      JwsAlgorithm::kEs256,
      {.kind = JwkKind::kP256,
       .x = raw("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
       .y = raw("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0")},
      "eyJhbGciOiJFUzI1NiJ9." + std::string(kJoe),
      raw("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1"
          "Q")};
}

Vector eddsa() {  // RFC 8037 A.4
  return {
      JwsAlgorithm::kEdDsa,
      {.kind = JwkKind::kEd25519, .x = raw("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")},
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
      raw("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KA"
          "g")};
}

// The RFCs have no example of PS256: OpenSSL signs one here, with a fresh key.
Vector ps256(int salt_length = RSA_PSS_SALTLEN_DIGEST) {
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  static const Key key(EVP_RSA_gen(2048), &EVP_PKEY_free);
  Vector out{JwsAlgorithm::kPs256, {.kind = JwkKind::kRsa}, "eyJhbGciOiJQUzI1NiJ9.e30", ""};
  for (const auto& [name, into] : {std::pair{"n", &out.key.n}, std::pair{"e", &out.key.e}}) {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key.get(), name, &number);
    into->resize(static_cast<size_t>(BN_num_bytes(number)));
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(into->data()));
    BN_free(number);
  }
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_PKEY_CTX* settings = nullptr;
  EVP_DigestSignInit(context.get(), &settings, EVP_sha256(), nullptr, key.get());
  EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING);
  EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, salt_length);
  size_t length = 512;
  out.signature.resize(length);
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.signature.data()), &length,
                 reinterpret_cast<const unsigned char*>(out.input.data()), out.input.size());
  out.signature.resize(length);
  return out;
}

TEST(JwkSignature, accepts_the_examples_of_the_rfcs) {
  for (const Vector& vector : {rs256(), es256(), eddsa(), ps256()}) {
    EXPECT_TRUE(vector.verify().has_value()) << to_string(vector.algorithm);
  }
}

TEST(JwkSignature, refuses_each_example_when_one_bit_of_text_or_signature_differs) {
  for (const Vector& vector : {rs256(), es256(), eddsa(), ps256()}) {
    Vector other_text = vector;
    other_text.input.back() ^= 1;
    EXPECT_EQ(other_text.verify().error().code, ErrorCode::kUnauthenticated);
    for (const size_t at : {size_t{0}, vector.signature.size() / 2, vector.signature.size() - 1}) {
      Vector other_signature = vector;
      other_signature.signature[at] ^= 1;
      EXPECT_EQ(other_signature.verify().error().code, ErrorCode::kUnauthenticated);
    }
    Vector longer = vector;
    longer.signature += '\0';
    EXPECT_FALSE(longer.verify().has_value());
    Vector none = vector;
    none.signature.clear();
    EXPECT_FALSE(none.verify().has_value());
  }
}

TEST(JwkSignature, knows_no_algorithm_without_a_signature_or_with_a_shared_secret) {
  for (const char* name : {"none", "None", "", "HS256", "HS384", "HS512", "rs256", "RS1", "RS384",
                           "RS512", "PS512", "ES384", "ES256K", "RSA-OAEP", "dir"}) {
    EXPECT_EQ(parse_jws_algorithm(name), std::nullopt) << name;
  }
  for (const Vector& vector : {rs256(), es256(), eddsa(), ps256()}) {
    EXPECT_EQ(parse_jws_algorithm(to_string(vector.algorithm)), vector.algorithm);
  }
}

TEST(JwkSignature, refuses_an_algorithm_with_a_key_of_another_kind) {
  Vector mixed = es256();
  mixed.algorithm = JwsAlgorithm::kRs256;
  EXPECT_EQ(mixed.verify().error().code, ErrorCode::kInvalid);
  Vector pss_as_pkcs1 = ps256();
  pss_as_pkcs1.algorithm = JwsAlgorithm::kRs256;
  EXPECT_EQ(pss_as_pkcs1.verify().error().code, ErrorCode::kUnauthenticated);
}

TEST(JwkSignature, wants_the_salt_of_ps256_as_long_as_its_digest) {
  EXPECT_FALSE(ps256(/*salt_length=*/0).verify().has_value());
}

TEST(JwkSignature, refuses_keys_that_are_none) {
  Jwk short_rsa = rs256().key;
  short_rsa.n.resize(128);
  EXPECT_FALSE(check_key(short_rsa).has_value());
  Jwk even = rs256().key;
  even.e = std::string("\x02", 1);
  EXPECT_FALSE(check_key(even).has_value());
  Jwk off_curve = es256().key;
  off_curve.y.back() ^= 1;
  EXPECT_FALSE(check_key(off_curve).has_value());
  Jwk nothing = eddsa().key;
  nothing.x.clear();
  EXPECT_FALSE(check_key(nothing).has_value());
  for (const Vector& vector : {rs256(), es256(), eddsa(), ps256()}) {
    EXPECT_TRUE(check_key(vector.key).has_value());
  }
}

}  // namespace
}  // namespace slipway::tls
