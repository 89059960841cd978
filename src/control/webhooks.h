#pragma once
// The use cases around webhooks. A webhook belongs to a group, whose admins manage it, or to the
// platform (group ""), whose admins do; it is told what happens to the group's deployments, or to
// all. Its secret goes out once, when it is made or changed, and is sealed in the store. URLs may
// hold secrets of their receivers, so members do not see them.
//
// Made once by main; any thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "control/caller.h"
#include "control/outbox.h"
#include "control/webhook_address.h"
#include "identity/secret_box.h"
#include "store/store.h"
#include "store/webhooks.h"

namespace slipway::control {

struct NewWebhook {
  std::string group;  // "": the platform's
  std::string name;
  std::string url;
  std::vector<std::string> events;
  bool enabled = true;
};

struct WebhookPatch {
  std::optional<std::string> name = {};
  std::optional<std::string> url = {};
  std::optional<std::vector<std::string>> events = {};
  std::optional<bool> enabled = {};
};

struct WebhookView {
  std::string id;
  std::string group;
  std::string name;
  std::string url;
  std::vector<std::string> events;
  bool enabled = true;
  std::string disabled_reason;
  std::string created_by;
  Timestamp created_at{};
  std::string updated_by;
  Timestamp updated_at{};
  int64_t generation = 1;
};

struct IssuedWebhook {
  WebhookView webhook;
  std::string secret;
};

struct DeliveryAttempt {
  int number = 0;
  Timestamp time{};
  int64_t duration_ms = 0;
  int status = 0;     // 0: no answer
  std::string error;  // why none
  std::string reply;
};

struct DeliveryView {
  std::string id;
  std::string type;
  std::string state;  // "pending", "delivered", "failed"
  Timestamp created_at{};
  std::optional<Timestamp> next_at = {};  // while it is pending
  std::optional<Timestamp> done_at = {};
  std::string body;
  std::vector<DeliveryAttempt> attempts;
};

struct DeliveryPage {
  std::vector<DeliveryView> items;
  std::string next_cursor;
};

class Webhooks {
 public:
  virtual ~Webhooks() = default;

  // Those that the caller manages.
  virtual Result<std::vector<WebhookView>> list(const Caller&) = 0;
  // kNotFound for who is not in the group, kDenied for its members.
  virtual Result<WebhookView> get(const Caller&, const std::string& id) = 0;
  virtual Result<IssuedWebhook> create(const Caller&, const NewWebhook&) = 0;
  virtual Result<WebhookView> update(const Caller&, const std::string& id, const WebhookPatch&,
                                     ExpectedGeneration) = 0;
  virtual Result<void> remove(const Caller&, const std::string& id, ExpectedGeneration) = 0;
  // The old secret ends at once; what fails meanwhile is tried again.
  virtual Result<IssuedWebhook> rotate(const Caller&, const std::string& id) = 0;
  // Sends a webhook.test; kConflict while the webhook is disabled.
  virtual Result<DeliveryView> test(const Caller&, const std::string& id) = 0;
  // Newest first, each with its tries.
  virtual Result<DeliveryPage> deliveries(const Caller&, const std::string& id,
                                          const std::string& cursor, int limit) = 0;
  virtual Result<DeliveryView> redeliver(const Caller&, const std::string& id,
                                         const std::string& delivery) = 0;
};

struct WebhookParts {
  store::Store& store;
  const identity::SecretBox& box;
  const Clock& clock;
  Random& random;
  const Outbox& outbox;
  PrivateAddresses allowed = {};
};

// References outlive it.
std::unique_ptr<Webhooks> make_webhooks(const WebhookParts& parts);

}  // namespace slipway::control
