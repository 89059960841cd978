#include "control/outbox.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "domain/webhook.h"
#include "store/database.h"

namespace slipway::control {
namespace {

using domain::Phase;

// Longer than anybody serves a certificate that has expired.
constexpr std::chrono::days kCertificatesRemembered{400};

// Unlike ids of deployments these need not be short.
Result<std::string> fresh_id(store::WriteTransaction& tx) {
  TRY_ASSIGN(const std::string random, tx.database().text("SELECT lower(hex(randomblob(16)))"));
  return "msg_" + random;
}

Result<std::string> plan(store::WriteTransaction& tx, const std::string& webhook_id,
                         std::string_view type, const std::string& subject, const Json& data,
                         Timestamp now) {
  store::DeliveryRow delivery;
  TRY_ASSIGN(delivery.id, fresh_id(tx));
  delivery.webhook_id = webhook_id;
  delivery.type = type;
  delivery.subject = subject;
  delivery.body =
      dump_json(Json{{"type", type}, {"timestamp", format_rfc3339(now)}, {"data", data}});
  delivery.created_at = delivery.next_at = now;
  TRY(store::deliveries::plan(tx, delivery, domain::kNoticePause));
  return delivery.id;
}

Result<void> tell(store::WriteTransaction& tx, std::string_view type, const std::string& group,
                  const std::string& subject, const Json& data, Timestamp now) {
  TRY_ASSIGN(const auto webhooks, store::webhooks::enabled_for(tx, group));
  for (const store::WebhookRow& webhook : webhooks) {
    const auto& events = webhook.events;
    if (std::find(events.begin(), events.end(), type) == events.end()) continue;
    TRY(plan(tx, webhook.id, type, subject, data, now));
  }
  return {};
}

}  // namespace

std::string Outbox::address_of(const std::string& deployment_id) const {
  const bool has_slash = !public_url_.empty() && public_url_.back() == '/';
  return fmt::format("{}{}api/v1/deployments/{}", public_url_, has_slash ? "" : "/", deployment_id);
}

Result<void> Outbox::tell_status(store::WriteTransaction& tx, const domain::Deployment& deployment,
                                 const domain::Status& status, bool proven, Timestamp now) const {
  std::string_view type;
  if (status.phase == Phase::kFailed) {
    TRY_ASSIGN(const bool is_new,
               store::deliveries::note_failure(tx, deployment.id, status.generation));
    if (is_new) type = domain::kFailedNotice;
  } else if (status.phase != Phase::kDeploying) {
    TRY_ASSIGN(const bool had_failed, store::deliveries::forget_failure(tx, deployment.id));
    if (status.phase == Phase::kDeployed && proven) {
      type = domain::kDeployedNotice;
    } else if (status.phase == Phase::kDeployed && had_failed) {
      type = domain::kRecoveredNotice;
    }
  }
  if (type.empty()) return {};
  const Json data = {{"deployment", {{"id", deployment.id}, {"name", deployment.name}}},
                     {"group", deployment.group},
                     {"revision", deployment.revision},
                     {"phase", domain::to_string(status.phase)},
                     {"reason", status.reason},
                     {"serving_revision", status.serving_revision},
                     {"url", address_of(deployment.id)}};
  return tell(tx, type, deployment.group, deployment.id, data, now);
}

Result<void> Outbox::tell_quota(store::WriteTransaction& tx, const std::string& group,
                                const std::string& deployment, const std::string& reason,
                                Timestamp now) const {
  const Json data = {{"deployment", deployment}, {"group", group}, {"reason", reason}};
  // Apart from what is told of its status, so that neither supersedes the other.
  return tell(tx, domain::kQuotaNotice, group, "quota of " + deployment, data, now);
}

Result<void> Outbox::tell_certificate(store::WriteTransaction& tx, const std::string& name,
                                      Timestamp ends_at, int days,
                                      const std::vector<std::string>& gateways,
                                      Timestamp now) const {
  TRY_ASSIGN(const bool is_new, store::deliveries::note_certificate(tx, name, ends_at, days,
                                                                    now - kCertificatesRemembered));
  if (!is_new) return {};
  const Json data = {
      {"certificate", {{"name", name}}},
      {"ends_at", format_rfc3339(ends_at)},
      {"expired", ends_at <= now},
      {"gateways", gateways},
      {"reason", ends_at <= now ? fmt::format("the certificate of {} has expired; clients refuse "
                                              "to connect until its file is replaced",
                                              name)
                                : fmt::format("the certificate of {} expires in less than {} "
                                              "days; replace its file",
                                              name, days)}};
  return tell(tx, domain::kCertificateNotice, "", "certificate of " + name, data, now);
}

Result<std::string> Outbox::tell_test(store::WriteTransaction& tx, const store::WebhookRow& webhook,
                                      const std::string& asked_by, Timestamp now) const {
  const Json data = {{"webhook", webhook.id}, {"name", webhook.name}, {"asked_by", asked_by}};
  return plan(tx, webhook.id, domain::kTestNotice, "", data, now);
}

}  // namespace slipway::control
