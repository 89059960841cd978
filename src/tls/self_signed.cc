#include "tls/self_signed.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>

#include "tls/handles.h"

namespace slipway::tls {
namespace {

using Extension = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;

Failure failed(std::string_view step) {
  return fail(ErrorCode::kInternal,
              fmt::format("cannot make a certificate: {} ({})", step, last_error()));
}

bool is_address(const std::string& name) {
  std::array<char, 16> bytes{};
  return ::inet_pton(AF_INET, name.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1;
}

bool add_extension(X509* certificate, int id, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_time(ASN1_TIME* field, Timestamp time) {
  return ASN1_TIME_set(field, static_cast<time_t>(to_unix_micros(time) / 1'000'000)) != nullptr;
}

bool set_serial(X509* certificate) {
  std::array<unsigned char, 8> random{};
  if (RAND_bytes(random.data(), random.size()) != 1) return false;
  uint64_t number = 1;  // positive, and never 0
  for (const unsigned char byte : random) number = (number << 7 | (byte & 0x7fU)) & INT64_MAX;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number | 1) == 1;
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<size_t>(size)};
}

}  // namespace

Result<CertificateText> make_self_signed(const std::vector<std::string>& names,
                                         Timestamp not_before, Timestamp not_after) {
  const Key key(EVP_EC_gen("P-256"));
  const X509Ptr certificate(X509_new());
  if (!key || !certificate) return failed("key");
  std::string alternatives;
  for (const std::string& name : names) {
    alternatives += fmt::format("{}{}:{}", alternatives.empty() ? "" : ",",
                                is_address(name) ? "IP" : "DNS", name);
  }
  X509* made = certificate.get();
  X509_NAME* subject = X509_get_subject_name(made);
  if (X509_set_version(made, 2) != 1 || !set_serial(made) ||
      !set_time(X509_getm_notBefore(made), not_before) ||
      !set_time(X509_getm_notAfter(made), not_after) ||
      X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>("Slipway, self-signed"), -1,
                                 -1, 0) != 1 ||
      X509_set_issuer_name(made, subject) != 1 || X509_set_pubkey(made, key.get()) != 1) {
    return failed("fields");
  }
  if (!add_extension(made, NID_subject_alt_name, alternatives) ||
      !add_extension(made, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(made, NID_ext_key_usage, "serverAuth")) {
    return failed("names");
  }
  if (X509_sign(made, key.get(), EVP_sha256()) == 0) return failed("signature");
  const Bio chain_text(BIO_new(BIO_s_mem()));
  const Bio key_text(BIO_new(BIO_s_mem()));
  if (!chain_text || !key_text || PEM_write_bio_X509(chain_text.get(), made) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    return failed("PEM");
  }
  return CertificateText{text_of(chain_text.get()), text_of(key_text.get())};
}

}  // namespace slipway::tls
