#pragma once
// Tells webhooks that a certificate which gateways serve ends: 14 days before, 3 days before, and
// when it has. Each of these once, over restarts; a certificate that is first seen later begins
// with what is true then. Made by main; a thread of its own, nothing to call.

#include <chrono>
#include <optional>

#include "base/clock.h"
#include "base/log.h"
#include "control/gateway_feed.h"
#include "control/outbox.h"
#include "control/ticker.h"
#include "store/store.h"

namespace slipway::control {

// The threshold that is passed at `now`: 14, 3, 0; none: it lasts longer.
std::optional<int> days_ahead(const snapshot::ServedCertificate& certificate, Timestamp now);

// One look at what the gateways serve.
Result<void> tell_of_certificates(store::Store& store, const GatewayFeed& feed,
                                  const Outbox& outbox, Timestamp now);

class CertificateNotices {
 public:
  // All outlive it.
  CertificateNotices(store::Store& store, const GatewayFeed& feed, const Outbox& outbox,
                     const Clock& clock, Logger logger,
                     std::chrono::milliseconds interval = std::chrono::seconds(15));

 private:
  const Logger logger_;
  bool failing_ = false;  // the ticker's thread alone
  Ticker ticker_;
};

}  // namespace slipway::control
