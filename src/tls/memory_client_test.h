#pragma once
// What the tests of this room share: a TLS client over memory, a stream below that records, and a
// handler above that does.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "os/reactor.h"
#include "tls/acceptor.h"
#include "tls/handles.h"
#include "tls/self_signed.h"
#include "tls/server_context.h"
#include "tls/server_context_parts.h"

namespace slipway::tls {

inline constexpr Timestamp kThen{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

inline CertificateText certificate_for(const std::vector<std::string>& names,
                                       std::chrono::hours lasts = std::chrono::hours(24 * 3650)) {
  return *make_self_signed(names, kThen, kThen + lasts);
}

// The socket's side: what the server sent, and how it was ended.
class FakeStream final : public os::Stream {
 public:
  void write(std::string_view bytes) override {
    sent += bytes;
    ++writes;
  }
  void write(std::string_view a, std::string_view b) override { write(std::string(a).append(b)); }
  void write(std::string_view a, std::string_view b, std::string_view c) override {
    write(std::string(a).append(b).append(c));
  }
  size_t unsent() const override { return backlog; }
  void pause_reads() override { paused = true; }
  void resume_reads() override { paused = false; }
  void close() override { closed = true; }
  void close_after_flush(Unread) override { closed_after_flush = true; }
  void set_handler(os::StreamHandler&) override {}
  std::string_view peer() const override { return "192.0.2.7:5000"; }

  std::string sent;
  int writes = 0;
  size_t backlog = 0;
  bool paused = false;
  bool closed = false;
  bool closed_after_flush = false;
};

// Whoever serves.
class FakeHandler final : public os::StreamHandler, public os::Acceptor {
 public:
  os::StreamHandler* on_accept(os::Stream& accepted) override {
    if (refuses) return nullptr;
    stream = &accepted;
    return this;
  }
  void on_bytes(std::string_view bytes) override {
    received += bytes;
    ++deliveries;
    if (when_bytes) when_bytes(bytes);
  }
  void on_end() override { ++ends; }
  void on_closed(int error) override { closed_by.push_back(error); }
  void on_drained() override { ++drains; }

  bool refuses = false;
  os::Stream* stream = nullptr;
  std::string received;
  int deliveries = 0;
  int ends = 0;
  int drains = 0;
  std::vector<int> closed_by;
  std::function<void(std::string_view)> when_bytes;
};

class MemoryClient {
 public:
  explicit MemoryClient(int version = TLS1_3_VERSION, const char* host = nullptr,
                        SSL_SESSION* resumed = nullptr)
      : context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_security_level(context_.get(), 0);  // also what the server must refuse
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT);
    SSL_CTX_set_options(context_.get(), SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION);
    session_.reset(SSL_new(context_.get()));
    SSL_set_bio(session_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(session_.get());
    if (host != nullptr) SSL_set_tlsext_host_name(session_.get(), host);
    if (resumed != nullptr) SSL_set_session(session_.get(), resumed);
  }

  SSL* ssl() { return session_.get(); }
  bool shake_hands() {
    (void)last_error();
    return SSL_do_handshake(ssl()) == 1;
  }
  void hear(std::string_view bytes) {
    BIO_write(SSL_get_rbio(ssl()), bytes.data(), static_cast<int>(bytes.size()));
  }
  // What it wants to send, taken.
  std::string say() {
    char* bytes = nullptr;
    BIO* out = SSL_get_wbio(ssl());
    const long size = BIO_get_mem_data(out, &bytes);
    std::string text(bytes, static_cast<size_t>(size));
    (void)BIO_reset(out);
    return text;
  }
  std::string encrypt(std::string_view plain) {
    EXPECT_EQ(SSL_write(ssl(), plain.data(), static_cast<int>(plain.size())),
              static_cast<int>(plain.size()));
    return say();
  }
  std::string read_all() {
    std::string text;
    char bytes[16 * 1024];
    int n = 0;
    while ((n = SSL_read(ssl(), bytes, sizeof bytes)) > 0) text.append(bytes, n);
    last_ = SSL_get_error(ssl(), n);
    return text;
  }
  // After read_all(): the server has said goodbye.
  bool was_told_goodbye() const { return last_ == SSL_ERROR_ZERO_RETURN; }
  bool was_shown(const CertificateText& text) {
    const X509Ptr peer(SSL_get1_peer_certificate(ssl()));
    const auto loaded = load_certificate(text);
    return peer != nullptr && loaded && X509_cmp(peer.get(), loaded->leaf.get()) == 0;
  }

 private:
  ContextPtr context_;
  SessionPtr session_;
  int last_ = 0;
};

}  // namespace slipway::tls
