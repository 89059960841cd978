#pragma once
// The certificates that this gateway serves with, as they come from the process that may read their
// files: the first ones before anything is served, new ones at any time, to be taken by all
// workers. Session tickets are sealed with keys that change with the certificates and every day.
//
// Lives on the gateway's main reactor.

#include <functional>
#include <memory>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "os/reactor.h"
#include "snapshot/ack.h"
#include "telemetry/scrape.h"
#include "tls/certificate.h"
#include "tls/server_context.h"

namespace slipway::gateway {

class Certificates final : public os::ReadableWatcher, public telemetry::MetricSource {
 public:
  using Identity = std::shared_ptr<const tls::ServerIdentity>;

  // `receiver` (os/message_pair.h) is not owned; its first message must have come.
  static Result<std::unique_ptr<Certificates>> make(os::Reactor& reactor, int receiver,
                                                    const Logger& log);
  ~Certificates() override;

  // Tells each later change from the loop.
  Result<void> watch(std::function<void(Identity)> on_change);

  Identity identity() const { return identity_; }
  // For control: the first to end first.
  std::vector<snapshot::ServedCertificate> served() const;

  void collect(telemetry::Scrape& scrape) const override;

 private:
  Certificates(os::Reactor& reactor, int receiver, const Logger& log);

  void on_readable(int fd) override;
  Result<void> take(const std::string& message);
  void renew_ticket_keys();

  os::Reactor& reactor_;
  const int receiver_;
  Logger log_;
  std::function<void(Identity)> on_change_;
  Identity identity_;
  std::vector<tls::CertificateFacts> served_;
  os::Timer tickets_;
  bool watching_ = false;
};

}  // namespace slipway::gateway
