#pragma once
// The gateway's own pages, on a listener that the public does not reach: /healthz (the process is
// alive), /readyz (it has routes), /metrics. Lives on the main reactor.

#include <functional>
#include <memory>
#include <string>

#include "gateway/worker_metrics.h"
#include "serve/exchange.h"

namespace slipway::gateway {

class AdminPages final : public serve::HandlerSource {
 public:
  // `ready` tells whether predictions can be routed.
  AdminPages(const GatewayMetrics& metrics, std::function<bool()> ready);
  ~AdminPages() override;

  serve::RequestHandler& acquire() override;
  void release(serve::RequestHandler& handler) override;

 private:
  class Page;

  const GatewayMetrics& metrics_;
  std::function<bool()> ready_;
};

}  // namespace slipway::gateway
