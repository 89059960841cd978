#include "api/webhook_routes.h"

#include <utility>

#include "api/etag.h"
#include "api/json_body.h"
#include "api/json_reply.h"
#include "api/query_reader.h"
#include "api/webhook_schemas.h"
#include "base/json.h"
#include "base/json_reader.h"

namespace slipway::api {
namespace {

using control::DeliveryView;
using control::Webhooks;
using control::WebhookView;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json webhook_json(const WebhookView& webhook) {
  return {{"id", webhook.id},
          {"group", text_or_null(webhook.group)},
          {"name", webhook.name},
          {"url", webhook.url},
          {"events", webhook.events},
          {"enabled", webhook.enabled},
          {"disabled_reason", text_or_null(webhook.disabled_reason)},
          {"generation", webhook.generation},
          {"created_by", webhook.created_by},
          {"created_at", format_rfc3339(webhook.created_at)},
          {"updated_by", webhook.updated_by},
          {"updated_at", format_rfc3339(webhook.updated_at)}};
}

Json delivery_json(const DeliveryView& delivery) {
  Json attempts = Json::array();
  for (const control::DeliveryAttempt& one : delivery.attempts) {
    attempts.push_back({{"number", one.number},
                        {"time", format_rfc3339(one.time)},
                        {"duration_ms", one.duration_ms},
                        {"status", one.status == 0 ? Json(nullptr) : Json(one.status)},
                        {"error", text_or_null(one.error)},
                        {"reply", one.reply}});
  }
  return {{"id", delivery.id},
          {"type", delivery.type},
          {"state", delivery.state},
          {"created_at", format_rfc3339(delivery.created_at)},
          {"next_at", time_json(delivery.next_at)},
          {"done_at", time_json(delivery.done_at)},
          {"body", delivery.body},
          {"attempts", std::move(attempts)}};
}

Reply webhook_reply(const WebhookView& webhook) {
  return with_etag(json_reply(200, webhook_json(webhook)), webhook.generation);
}

Reply issued_reply(int status, const control::IssuedWebhook& issued) {
  Json document = webhook_json(issued.webhook);
  document["secret"] = issued.secret;
  return with_etag(json_reply(status, document), issued.webhook.generation);
}

std::optional<std::vector<std::string>> read_events(JsonReader& reader) {
  std::vector<std::string> events;
  const bool given = reader.optional_strings(
      "events", [&](std::string event) { events.push_back(std::move(event)); });
  return given ? std::optional(events) : std::nullopt;
}

Result<Reply> list(Webhooks& webhooks, const RouteCall& call) {
  TRY_ASSIGN(const auto found, webhooks.list(call.caller));
  Json items = Json::array();
  for (const WebhookView& webhook : found) items.push_back(webhook_json(webhook));
  return page_reply(std::move(items));
}

Result<Reply> create(Webhooks& webhooks, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  JsonReader reader(document);
  control::NewWebhook wanted;
  if (!reader.take_null("group")) {
    wanted.group = reader.required_string("group");
    if (wanted.group.empty() && reader.has("group")) {
      reader.add_fault("group", "must be a group's name, or null for the platform");
    }
  }
  wanted.name = reader.required_string("name");
  wanted.url = reader.required_string("url");
  wanted.events = read_events(reader).value_or(std::vector<std::string>{});
  wanted.enabled = reader.optional_bool("enabled").value_or(true);
  TRY(reader.finish());
  TRY_ASSIGN(const auto issued, webhooks.create(call.caller, wanted));
  Reply reply = issued_reply(201, issued);
  reply.fields.emplace_back("Location", "/api/v1/webhooks/" + issued.webhook.id);
  return reply;
}

Result<Reply> get(Webhooks& webhooks, const RouteCall& call) {
  TRY_ASSIGN(const auto webhook, webhooks.get(call.caller, call.path["webhook"]));
  return webhook_reply(webhook);
}

Result<Reply> patch(Webhooks& webhooks, const RouteCall& call) {
  TRY_ASSIGN(const auto expected, expected_generation(call.request));
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  JsonReader reader(document);
  control::WebhookPatch changes;
  changes.name = reader.optional_string("name");
  changes.url = reader.optional_string("url");
  changes.events = read_events(reader);
  changes.enabled = reader.optional_bool("enabled");
  TRY(reader.finish());
  TRY_ASSIGN(const auto webhook,
             webhooks.update(call.caller, call.path["webhook"], changes, expected));
  return webhook_reply(webhook);
}

Result<Reply> remove(Webhooks& webhooks, const RouteCall& call) {
  TRY_ASSIGN(const auto expected, expected_generation(call.request));
  TRY(webhooks.remove(call.caller, call.path["webhook"], expected));
  return no_content();
}

Result<Reply> rotate(Webhooks& webhooks, const RouteCall& call) {
  TRY(no_members_in(call.request));
  TRY_ASSIGN(const auto issued, webhooks.rotate(call.caller, call.path["webhook"]));
  return issued_reply(200, issued);
}

Result<Reply> test(Webhooks& webhooks, const RouteCall& call) {
  TRY(no_members_in(call.request));
  TRY_ASSIGN(const auto delivery, webhooks.test(call.caller, call.path["webhook"]));
  return json_reply(202, delivery_json(delivery));
}

Result<Reply> deliveries(Webhooks& webhooks, const RouteCall& call) {
  QueryReader query(call.request.query);
  const auto limit = query.integer("limit", {1, 200});
  const std::string cursor = query.text("cursor").value_or("");
  TRY(query.finish());
  TRY_ASSIGN(const auto page, webhooks.deliveries(call.caller, call.path["webhook"], cursor,
                                                  static_cast<int>(limit.value_or(50))));
  Json items = Json::array();
  for (const DeliveryView& delivery : page.items) items.push_back(delivery_json(delivery));
  return page_reply(std::move(items), page.next_cursor);
}

Result<Reply> redeliver(Webhooks& webhooks, const RouteCall& call) {
  TRY(no_members_in(call.request));
  TRY_ASSIGN(const auto delivery,
             webhooks.redeliver(call.caller, call.path["webhook"], call.path["delivery"]));
  return json_reply(202, delivery_json(delivery));
}

}  // namespace

void add_webhook_routes(RouteTable& table, Webhooks& webhooks) {
  table.add_schemas(webhook_schemas());
  const auto to = [&webhooks](Result<Reply> (*handler)(Webhooks&, const RouteCall&)) {
    return [&webhooks, handler](const RouteCall& call) { return handler(webhooks, call); };
  };
  using http::Method;
  const std::string all = "/api/v1/webhooks";
  const std::string one = all + "/{webhook}";
  table.add({Method::kGet,
             all,
             "listWebhooks",
             Access::kSignedIn,
             {.tag = "webhooks",
              .summary = "Webhooks that the caller manages",
              .response_schema = "Page:Webhook"},
             to(list)});
  table.add({Method::kPost,
             all,
             "createWebhook",
             Access::kGroupAdmin,
             {.tag = "webhooks",
              .summary = "Make a webhook; its secret is in this answer only",
              .request_schema = "NewWebhook",
              .status = 201,
              .response_schema = "IssuedWebhook",
              .repeat = Repeat::kShowsSecret},
             to(create)});
  table.add({Method::kGet,
             one,
             "getWebhook",
             Access::kGroupAdmin,
             {.tag = "webhooks",
              .summary = "One webhook without its secret",
              .response_schema = "Webhook"},
             to(get)});
  table.add({Method::kPatch,
             one,
             "updateWebhook",
             Access::kGroupAdmin,
             {.tag = "webhooks",
              .summary = "Change a webhook",
              .request_schema = "WebhookPatch",
              .response_schema = "Webhook",
              .takes_if_match = true},
             to(patch)});
  table.add({Method::kDelete,
             one,
             "deleteWebhook",
             Access::kGroupAdmin,
             {.tag = "webhooks",
              .summary = "Delete a webhook with the log of its deliveries",
              .status = 204,
              .takes_if_match = true},
             to(remove)});
  table.add({Method::kPost,
             one + "/rotate",
             "rotateWebhook",
             Access::kGroupAdmin,
             {.tag = "webhooks",
              .summary = "Give a webhook a new secret, in this answer only",
              .response_schema = "IssuedWebhook",
              .repeat = Repeat::kShowsSecret},
             to(rotate)});
  table.add({Method::kPost,
             one + "/test",
             "testWebhook",
             Access::kGroupAdmin,
             {.tag = "webhooks",
              .summary = "Send a webhook.test; its delivery says what became of it",
              .status = 202,
              .response_schema = "WebhookDelivery"},
             to(test)});
  table.add({Method::kGet,
             one + "/deliveries",
             "listWebhookDeliveries",
             Access::kGroupAdmin,
             {.tag = "webhooks",
              .summary = "What was told to a webhook, newest first, with every try",
              .query = "limit:integer cursor:string",
              .response_schema = "Page:WebhookDelivery"},
             to(deliveries)});
  table.add({Method::kPost,
             one + "/deliveries/{delivery}/redeliver",
             "redeliverWebhook",
             Access::kGroupAdmin,
             {.tag = "webhooks",
              .summary = "Send it again, under the same id",
              .status = 202,
              .response_schema = "WebhookDelivery"},
             to(redeliver)});
}

}  // namespace slipway::api
