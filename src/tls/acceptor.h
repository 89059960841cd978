#pragma once
// Stands between a listening socket and whoever serves it: each accepted stream is wrapped in TLS
// before it is handed on. Owns the pool of ServerStreams and the buffers they share. One per
// listener; reactor's thread only; what it hands on to has closed its streams before it goes.

#include <deque>
#include <string>

#include "os/reactor.h"
#include "os/spare_buffers.h"
#include "tls/server_context.h"
#include "tls/server_stream.h"

namespace slipway::tls {

class Acceptor final : public os::Acceptor {
 public:
  // All outlive it.
  Acceptor(os::Reactor& reactor, ServerContext& context, os::Acceptor& above);

  os::StreamHandler* on_accept(os::Stream& stream) override;

 private:
  friend class ServerStream;

  // What is decrypted in one go, and told in one call.
  static constexpr size_t kPlainBytes = 64 * 1024;

  void reclaim(ServerStream& stream);

  os::Reactor& reactor_;
  ServerContext& context_;
  os::Acceptor& above_;
  std::deque<ServerStream> streams_;
  ServerStream* free_ = nullptr;
  // Shared by all streams: used within one callback, never across two.
  std::string plain_;
  std::string record_;  // small writes on their way into one record
  std::string out_;     // encrypted
  os::SpareBuffers spare_buffers_;
};

}  // namespace slipway::tls
