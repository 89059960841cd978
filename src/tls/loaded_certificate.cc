#include "tls/loaded_certificate.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace slipway::tls {
namespace {

constexpr int kLeastSecurityBits = 112;  // RSA 2048, P-224

Bio reader(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// A key that wants a pass phrase is refused: asking on a terminal is what OpenSSL does else.
int no_pass_phrase(char*, int, int, void*) { return -1; }

Failure invalid(std::string why) {
  ERR_clear_error();
  return fail(ErrorCode::kInvalid, std::move(why));
}

}  // namespace

Result<LoadedCertificate> load_certificate(const CertificateText& text) {
  LoadedCertificate loaded;
  const Bio chain = reader(text.chain);
  const Bio key = reader(text.key);
  loaded.above.reset(sk_X509_new_null());
  if (!chain || !key || !loaded.above) return fail(ErrorCode::kInternal, "no memory");
  loaded.leaf.reset(PEM_read_bio_X509(chain.get(), nullptr, &no_pass_phrase, nullptr));
  if (!loaded.leaf) {
    return invalid(
        fmt::format("the certificate file holds no certificate in PEM ({})", last_error()));
  }
  while (X509* next = PEM_read_bio_X509(chain.get(), nullptr, &no_pass_phrase, nullptr)) {
    if (sk_X509_push(loaded.above.get(), next) == 0) {
      X509_free(next);
      return fail(ErrorCode::kInternal, "no memory");
    }
  }
  // No more start line is how the file ends; anything else is a broken certificate in it.
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    return invalid(fmt::format("the chain behind the certificate is broken ({})", last_error()));
  }
  ERR_clear_error();
  loaded.key.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, &no_pass_phrase, nullptr));
  if (!loaded.key) {
    return invalid(fmt::format(
        "the key file holds no private key in PEM without a pass phrase ({})", last_error()));
  }
  if (X509_check_private_key(loaded.leaf.get(), loaded.key.get()) != 1) {
    return invalid(
        "the key is not that of the certificate; is the certificate the first in its file?");
  }
  if (const int bits = EVP_PKEY_get_security_bits(loaded.key.get()); bits < kLeastSecurityBits) {
    return invalid(fmt::format(
        "the key is too weak ({} bits of security); use RSA of 2048 bits or P-256", bits));
  }
  return loaded;
}

}  // namespace slipway::tls
