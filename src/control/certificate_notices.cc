#include "control/certificate_notices.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace slipway::control {
namespace {

constexpr int kThresholds[] = {0, 3, 14};  // days, the nearest first

}  // namespace

std::optional<int> days_ahead(const snapshot::ServedCertificate& certificate, Timestamp now) {
  const Timestamp ends_at = from_unix_micros(certificate.ends_at * 1'000'000);
  for (const int days : kThresholds) {
    if (ends_at <= now + std::chrono::days(days)) return days;
  }
  return std::nullopt;
}

Result<void> tell_of_certificates(store::Store& store, const GatewayFeed& feed,
                                  const Outbox& outbox, Timestamp now) {
  std::map<std::pair<std::string, int64_t>, std::vector<std::string>> ending;
  for (const GatewayView& gateway : feed.gateways()) {
    for (const snapshot::ServedCertificate& one : gateway.certificates) {
      if (!days_ahead(one, now)) continue;
      std::vector<std::string>& gateways = ending[{one.name, one.ends_at}];
      // It may serve two of one name and end.
      if (gateways.empty() || gateways.back() != gateway.id) gateways.push_back(gateway.id);
    }
  }
  if (ending.empty()) return {};
  return store.write([&](store::WriteTransaction& tx) -> Result<void> {
    for (const auto& [key, gateways] : ending) {
      const snapshot::ServedCertificate one{key.first, key.second};
      TRY(outbox.tell_certificate(tx, one.name, from_unix_micros(one.ends_at * 1'000'000),
                                  *days_ahead(one, now), gateways, now));
    }
    return {};
  });
}

CertificateNotices::CertificateNotices(store::Store& store, const GatewayFeed& feed,
                                       const Outbox& outbox, const Clock& clock, Logger logger,
                                       std::chrono::milliseconds interval)
    : logger_(std::move(logger)), ticker_(interval, [this, &store, &feed, &outbox, &clock] {
        const Result<void> told = tell_of_certificates(store, feed, outbox, clock.now());
        if (!told && !failing_) {
          logger_.error("cannot tell of certificates; it is tried again",
                        {{"error", told.error().message}});
        }
        failing_ = !told;
      }) {}

}  // namespace slipway::control
