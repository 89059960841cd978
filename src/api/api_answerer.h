#pragma once
// The Api behind serve's listeners: hands it each request on a thread of the pool, and sends what
// it answers: whole, later (the gateways' long poll), or piece by piece on a thread of its own
// (followed logs, event streams). Made once by main for each listener, outlives its servers.

#include "api/api.h"
#include "serve/buffered_handler.h"
#include "serve/long_threads.h"

namespace slipway::api {

enum class Listener {
  kPublic,         // clients connect themselves
  kBehindGateway,  // the gateway passes on, and names the client in X-Forwarded-For
  kInternal        // the gateways' feed
};

class ApiAnswerer final : public serve::Answerer {
 public:
  // Both outlive it.
  ApiAnswerer(const Api& api, serve::LongThreads& streams, Listener listener)
      : api_(api), streams_(streams), listener_(listener) {}

  void answer(serve::Request request, serve::Responder responder) override;

 private:
  const Api& api_;
  serve::LongThreads& streams_;
  const Listener listener_;
};

// The address of the client without its port: of the last hop that the gateway itself saw when
// `behind_gateway`.
std::string client_address(const Request& request, bool behind_gateway);

}  // namespace slipway::api
