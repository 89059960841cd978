#pragma once
// What the TLS connections of one worker share: OpenSSL's context, the certificates, counters and
// buffers. Made by the gateway's thread, then used on its worker's alone: OpenSSL's reference
// counts and locks are not shared between cores.
//
// TLS 1.2 and 1.3, forward secrecy and authenticated ciphers only, no renegotiation, no early data;
// ALPN offers h2, then http/1.1.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tls/certificate.h"

namespace slipway::tls {

// What seals session tickets: with the same ones a session is resumed on any worker. A secret.
struct TicketKeys {
  std::array<unsigned char, 80> bytes{};
  static Result<TicketKeys> make();
};

struct ServerIdentity {
  std::vector<CertificateText> certificates;  // at least one; the first for unknown names
  TicketKeys ticket_keys;
};

// Plain counters of one worker.
struct ServerTlsCounters {
  uint64_t handshakes = 0;
  uint64_t resumed = 0;            // of those
  uint64_t failed_handshakes = 0;  // nothing in common, nonsense
  uint64_t plain_requests = 0;     // clients that spoke without TLS
  uint64_t broken = 0;             // connections ended by a bad record after the handshake
};

class ServerContext {
 public:
  // `plain_answer` is sent to a client that speaks plain HTTP, before it is closed.
  static Result<std::unique_ptr<ServerContext>> make(const ServerIdentity& identity,
                                                     std::string plain_answer);
  ~ServerContext();
  ServerContext(const ServerContext&) = delete;
  ServerContext& operator=(const ServerContext&) = delete;

  // For connections that begin from now on; those that are there go on as they are. On an error
  // everything stays.
  Result<void> replace(const ServerIdentity& identity);

  const ServerTlsCounters& counters() const { return counters_; }

 private:
  friend class Acceptor;
  friend class ServerStream;
  struct Certificates;
  struct OpenSsl;

  explicit ServerContext(std::string plain_answer);

  const std::string plain_answer_;
  std::unique_ptr<OpenSsl> openssl_;
  std::unique_ptr<Certificates> certificates_;
  ServerTlsCounters counters_;
};

}  // namespace slipway::tls
