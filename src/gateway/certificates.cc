#include "gateway/certificates.h"

#include <algorithm>
#include <map>
#include <utility>

#include "os/message_pair.h"
#include "tls/certificate_message.h"

namespace slipway::gateway {
namespace {

constexpr std::chrono::hours kTicketKeysLast{24};

}  // namespace

Certificates::Certificates(os::Reactor& reactor, int receiver, const Logger& log)
    : reactor_(reactor),
      receiver_(receiver),
      log_(log.named("certificates")),
      tickets_([](void* self) { static_cast<Certificates*>(self)->renew_ticket_keys(); }, this) {}

Certificates::~Certificates() {
  if (watching_) reactor_.unwatch(receiver_);
}

Result<std::unique_ptr<Certificates>> Certificates::make(os::Reactor& reactor, int receiver,
                                                         const Logger& log) {
  std::unique_ptr<Certificates> made(new Certificates(reactor, receiver, log));
  TRY_ASSIGN(const std::string message, os::receive_message(receiver));
  TRY(made->take(message));
  return made;
}

Result<void> Certificates::watch(std::function<void(Identity)> on_change) {
  on_change_ = std::move(on_change);
  reactor_.arm(tickets_, kTicketKeysLast);
  TRY(reactor_.watch(receiver_, *this));
  watching_ = true;
  return {};
}

Result<void> Certificates::take(const std::string& message) {
  auto identity = std::make_shared<tls::ServerIdentity>();
  std::vector<tls::CertificateFacts> facts;
  TRY_ASSIGN(identity->certificates, tls::decode_certificates(message));
  TRY_ASSIGN(identity->ticket_keys, tls::TicketKeys::make());
  for (const tls::CertificateText& text : identity->certificates) {
    TRY_ASSIGN(tls::CertificateFacts one, tls::inspect(text));
    facts.push_back(std::move(one));
  }
  // What every worker will do, once before they do it.
  TRY(tls::ServerContext::make(*identity, ""));
  identity_ = std::move(identity);
  served_ = std::move(facts);
  return {};
}

void Certificates::on_readable(int) {
  const Result<std::string> message = os::receive_message(receiver_);
  if (!message) {
    if (message.error().code == ErrorCode::kUnavailable) return;
    // Who sent them has gone: what is served stays.
    reactor_.unwatch(receiver_);
    watching_ = false;
    return;
  }
  if (const Result<void> taken = take(*message); !taken) {
    log_.error("new certificates cannot be used; the old ones stay",
               {{"error", taken.error().message}});
    return;
  }
  log_.info("new certificates are served",
            {{"name", served_.front().name()}, {"certificates", uint64_t{served_.size()}}});
  on_change_(identity_);
}

void Certificates::renew_ticket_keys() {
  reactor_.arm(tickets_, kTicketKeysLast);
  auto keys = tls::TicketKeys::make();
  if (!keys) return log_.error("no new ticket keys", {{"error", keys.error().message}});
  auto next = std::make_shared<tls::ServerIdentity>(*identity_);
  next->ticket_keys = *keys;
  identity_ = std::move(next);
  on_change_(identity_);
}

std::vector<snapshot::ServedCertificate> Certificates::served() const {
  std::vector<snapshot::ServedCertificate> out;
  for (const tls::CertificateFacts& one : served_) {
    out.push_back({one.name(), to_unix_micros(one.not_after) / 1'000'000});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.ends_at < b.ends_at; });
  return out;
}

void Certificates::collect(telemetry::Scrape& scrape) const {
  // Two certificates may have one name (RSA beside ECDSA): what ends first is what matters.
  std::map<std::string, Timestamp> ends;
  for (const tls::CertificateFacts& one : served_) {
    const auto [at, is_new] = ends.try_emplace(one.name(), one.not_after);
    if (!is_new) at->second = std::min(at->second, one.not_after);
  }
  for (const auto& [name, end] : ends) {
    scrape.gauge("slipway_gateway_certificate_expiry_timestamp_seconds",
                 "When a certificate that is served ends; name: its first name.", {{"name", name}},
                 static_cast<double>(to_unix_micros(end)) / 1e6);
  }
}

}  // namespace slipway::gateway
