#pragma once
// Writes what is to be told to webhooks beside what it tells of, in the same transaction: after a
// kill -9 either both are there or none. webhook_sender.h sends it. Told is what happens to
// deployments, quotas and certificates, never a secret or a value of an environment.
//
// Made once by main; any thread may call it with a transaction of its own.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/deployment.h"
#include "domain/status.h"
#include "store/transaction.h"
#include "store/webhooks.h"

namespace slipway::control {

class Outbox {
 public:
  explicit Outbox(std::string public_url) : public_url_(std::move(public_url)) {}

  // The status of a deployment is about to be written. `proven`: its newest revision is Deployed
  // for the first time since it was accepted or started. Tells of a failure once until it is over.
  Result<void> tell_status(store::WriteTransaction& tx, const domain::Deployment& deployment,
                           const domain::Status& status, bool proven, Timestamp now) const;
  // A change was refused, or replicas wait, for the group's quota. `deployment`: its id, or the
  // name of one that was not made.
  Result<void> tell_quota(store::WriteTransaction& tx, const std::string& group,
                          const std::string& deployment, const std::string& reason,
                          Timestamp now) const;
  // A certificate that `gateways` serve ends soon, or has ended; to webhooks of the platform. Tells
  // of it once for each `days` (14, 3, 0).
  Result<void> tell_certificate(store::WriteTransaction& tx, const std::string& name,
                                Timestamp ends_at, int days,
                                const std::vector<std::string>& gateways, Timestamp now) const;
  // To this webhook alone; the delivery's id.
  Result<std::string> tell_test(store::WriteTransaction& tx, const store::WebhookRow& webhook,
                                const std::string& asked_by, Timestamp now) const;

 private:
  std::string address_of(const std::string& deployment_id) const;

  const std::string public_url_;
};

}  // namespace slipway::control
