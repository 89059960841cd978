#pragma once
// The gateway's own pages, on a listener that the public does not reach: /healthz (the process is
// alive), /readyz (it has routes), /metrics. Lives on the main reactor.

#include <functional>
#include <memory>
#include <vector>

#include "serve/exchange.h"
#include "telemetry/scrape.h"

namespace slipway::gateway {

class AdminPages final : public serve::HandlerSource {
 public:
  // The sources outlive it; `ready` tells whether predictions can be routed.
  AdminPages(std::vector<const telemetry::MetricSource*> metrics, std::function<bool()> ready);
  ~AdminPages() override;

  serve::RequestHandler& acquire() override;
  void release(serve::RequestHandler& handler) override;

 private:
  class Page;

  const std::vector<const telemetry::MetricSource*> metrics_;
  std::function<bool()> ready_;
};

}  // namespace slipway::gateway
