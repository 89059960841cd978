#include "tls/server_context.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/rand.h>

#include "tls/server_context_parts.h"
#include "tls/server_stream.h"

namespace slipway::tls {
namespace {

constexpr const char* kCiphers12 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr unsigned char kSessionContext[] = "slipway";

Failure failed(std::string_view step) {
  return fail(ErrorCode::kInternal, fmt::format("cannot prepare TLS: {} ({})", step, last_error()));
}

// RFC 7301, in our order; with nothing in common the handshake ends. What was chosen needs no
// telling above: HTTP/2 begins with words that no request of HTTP/1 has.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned int size, void*) {
  for (const std::string_view wanted : {"h2", "http/1.1", "http/1.0"}) {
    for (unsigned int at = 0; at < size; at += 1U + offered[at]) {
      if (at + 1U + offered[at] > size) break;
      const std::string_view name(reinterpret_cast<const char*>(offered + at + 1), offered[at]);
      if (name != wanted) continue;
      *chosen = offered + at + 1;
      *length = offered[at];
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

Result<TicketKeys> TicketKeys::make() {
  TicketKeys keys;
  if (RAND_priv_bytes(keys.bytes.data(), keys.bytes.size()) != 1) return failed("ticket keys");
  return keys;
}

ServerContext::ServerContext(std::string plain_answer) : plain_answer_(std::move(plain_answer)) {}
ServerContext::~ServerContext() = default;

Result<std::unique_ptr<ServerContext>> ServerContext::make(const ServerIdentity& identity,
                                                           std::string plain_answer) {
  std::unique_ptr<ServerContext> made(new ServerContext(std::move(plain_answer)));
  made->openssl_ = std::make_unique<OpenSsl>();
  made->openssl_->method.reset(ServerStream::make_method());
  if (!made->openssl_->method) return failed("memory BIO");
  TRY(made->replace(identity));
  return made;
}

Result<void> ServerContext::replace(const ServerIdentity& identity) {
  auto certificates = std::make_unique<Certificates>();
  for (const CertificateText& text : identity.certificates) {
    TRY_ASSIGN(LoadedCertificate loaded, load_certificate(text));
    TRY_ASSIGN(CertificateFacts facts, facts_of(loaded));
    certificates->loaded.push_back(std::move(loaded));
    certificates->names.push_back(std::move(facts.names));
  }
  if (certificates->loaded.empty()) {
    return fail(ErrorCode::kInvalid, "TLS needs at least one certificate");
  }
  ContextPtr context(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* c = context.get();
  if (c == nullptr) return failed("context");
  auto ticket_keys = identity.ticket_keys.bytes;
  if (SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(c, kCiphers12) != 1 ||
      SSL_CTX_set_session_id_context(c, kSessionContext, sizeof kSessionContext - 1) != 1 ||
      SSL_CTX_set_tlsext_ticket_keys(c, ticket_keys.data(),
                                     static_cast<long>(ticket_keys.size())) != 1) {
    return failed("settings");
  }
  SSL_CTX_set_security_level(c, 2);
  SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                             SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
  // Tickets alone: what is resumed is kept by the client.
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(c, &choose_protocol, nullptr);
  SSL_CTX_set_cert_cb(
      c,
      [](SSL* ssl, void* self) {
        const Certificates& all = *static_cast<ServerContext*>(self)->certificates_;
        const char* host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
        const size_t chosen = host == nullptr ? 0 : choose_certificate(all.names, host);
        const LoadedCertificate& one = all.loaded[chosen];
        SSL_certs_clear(ssl);
        return SSL_use_cert_and_key(ssl, one.leaf.get(), one.key.get(), one.above.get(), 1);
      },
      this);
  openssl_->context = std::move(context);
  certificates_ = std::move(certificates);
  return {};
}

}  // namespace slipway::tls
