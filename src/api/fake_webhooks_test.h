#pragma once
// control::Webhooks in memory, for the tests of this room: one webhook; what was asked is kept.

#include <string>
#include <vector>

#include "control/webhooks.h"

namespace slipway::api {

class FakeWebhooks : public control::Webhooks {
 public:
  FakeWebhooks() {
    webhook.id = "wh-1";
    webhook.group = "vision";
    webhook.name = "Chat";
    webhook.url = "https://hooks.example/x";
    webhook.events = {"deployment.failed"};
    delivery.id = "msg_1";
    delivery.type = "webhook.test";
    delivery.state = "pending";
    delivery.body = "{}";
  }

  Result<std::vector<control::WebhookView>> list(const control::Caller&) override {
    return std::vector<control::WebhookView>{webhook};
  }
  Result<control::WebhookView> get(const control::Caller&, const std::string& id) override {
    return known(id);
  }
  Result<control::IssuedWebhook> create(const control::Caller&,
                                        const control::NewWebhook& wanted) override {
    created = wanted;
    return control::IssuedWebhook{webhook, "whsec_once"};
  }
  Result<control::WebhookView> update(const control::Caller&, const std::string& id,
                                      const control::WebhookPatch& patch,
                                      control::ExpectedGeneration expected) override {
    patched = patch;
    last_expected = expected;
    return known(id);
  }
  Result<void> remove(const control::Caller&, const std::string& id,
                      control::ExpectedGeneration expected) override {
    last_expected = expected;
    TRY(known(id));
    return {};
  }
  Result<control::IssuedWebhook> rotate(const control::Caller&, const std::string& id) override {
    TRY(known(id));
    return control::IssuedWebhook{webhook, "whsec_next"};
  }
  Result<control::DeliveryView> test(const control::Caller&, const std::string& id) override {
    TRY(known(id));
    return delivery;
  }
  Result<control::DeliveryPage> deliveries(const control::Caller&, const std::string& id,
                                           const std::string& cursor, int limit) override {
    TRY(known(id));
    last_cursor = cursor;
    last_limit = limit;
    return control::DeliveryPage{{delivery}, "7"};
  }
  Result<control::DeliveryView> redeliver(const control::Caller&, const std::string& id,
                                          const std::string& wanted) override {
    TRY(known(id));
    if (wanted != delivery.id) return fail(ErrorCode::kNotFound, "there is no delivery");
    return delivery;
  }

  control::WebhookView webhook;
  control::DeliveryView delivery;
  control::NewWebhook created;
  control::WebhookPatch patched;
  control::ExpectedGeneration last_expected;
  std::string last_cursor;
  int last_limit = 0;

 private:
  Result<control::WebhookView> known(const std::string& id) const {
    if (id == webhook.id) return webhook;
    return fail(ErrorCode::kNotFound, "there is no webhook");
  }
};

}  // namespace slipway::api
