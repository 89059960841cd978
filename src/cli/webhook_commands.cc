#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "base/json.h"
#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr std::string_view kWebhooks = "/api/v1/webhooks";

struct WebhookOptions {
  std::string id;
  std::string group;
  bool platform = false;
  std::string name;
  std::string url;
  std::vector<std::string> events;
  std::optional<bool> enabled;
  std::string delivery;
  int64_t limit = 20;
  bool yes = false;
};

std::string webhook_path(const WebhookOptions& options, std::string_view rest = "") {
  return item_path(kWebhooks, options.id) + std::string(rest);
}

std::string events_of(const Json& webhook) {
  std::string out;
  for (const Json& event : member_of(webhook, "events")) {
    if (event.is_string()) out += (out.empty() ? "" : ",") + event.get<std::string>();
  }
  return out;
}

std::string state_of(const Json& webhook) {
  if (member_of(webhook, "enabled") == true) return "enabled";
  const std::string reason = text_at(webhook, {"disabled_reason"});
  return reason.empty() ? "disabled" : "disabled: " + reason;
}

std::string webhooks_table(const Json& items) {
  Table table({"ID", "GROUP", "NAME", "URL", "EVENTS", "STATE"});
  for (const Json& item : items) {
    const std::string group = text_at(item, {"group"});
    table.add({text_at(item, {"id"}), group.empty() ? "(platform)" : group, text_at(item, {"name"}),
               text_at(item, {"url"}), events_of(item), state_of(item)});
  }
  return table.text();
}

// What the last try came to.
std::string last_try(const Json& delivery) {
  const Json& attempts = member_of(delivery, "attempts");
  if (!attempts.is_array() || attempts.empty()) return "";
  const Json& last = attempts.back();
  if (!member_of(last, "status").is_number()) return text_at(last, {"error"});
  return std::to_string(number_at(last, "status"));
}

std::string deliveries_table(const Json& items) {
  Table table({"ID", "TYPE", "STATE", "CREATED", "TRIES", "LAST"});
  for (const Json& item : items) {
    table.add({text_at(item, {"id"}), text_at(item, {"type"}), text_at(item, {"state"}),
               text_at(item, {"created_at"}), std::to_string(member_of(item, "attempts").size()),
               last_try(item)});
  }
  return table.text();
}

void show_webhook(const Session& session, const Json& webhook) {
  show_items(session, Json::array({webhook}), webhooks_table, "id");
}

Result<void> create(const Session& session, const ApiClient& client,
                    const WebhookOptions& options) {
  if (options.group.empty() != options.platform) {
    return fail(ErrorCode::kInvalid, "give either --group or --platform");
  }
  Json document = {
      {"group", nullptr}, {"name", options.name}, {"url", options.url}, {"events", options.events}};
  if (!options.platform) document["group"] = options.group;
  TRY_ASSIGN(const ApiReply reply, client.post(std::string(kWebhooks), document));
  show_once(
      session, reply.body, "secret",
      fmt::format("made webhook {}; this secret is not shown again", text_at(reply.body, {"id"})));
  return {};
}

Result<void> update(const Session& session, const ApiClient& client,
                    const WebhookOptions& options) {
  Json document = Json::object();
  if (!options.name.empty()) document["name"] = options.name;
  if (!options.url.empty()) document["url"] = options.url;
  if (!options.events.empty()) document["events"] = options.events;
  if (options.enabled) document["enabled"] = *options.enabled;
  if (document.empty()) return fail(ErrorCode::kInvalid, "say what to change; see --help");
  TRY_ASSIGN(const ApiReply reply, client.patch(webhook_path(options), document));
  show_webhook(session, reply.body);
  return {};
}

Result<void> remove(const Session& session, const ApiClient& client,
                    const WebhookOptions& options) {
  TRY(confirm(session, fmt::format("Delete the webhook '{}'?", options.id), options.yes));
  TRY(client.remove(webhook_path(options)));
  session.outside.err(fmt::format("deleted '{}'\n", options.id));
  return {};
}

Result<void> rotate(const Session& session, const ApiClient& client,
                    const WebhookOptions& options) {
  TRY_ASSIGN(const ApiReply reply, client.post(webhook_path(options, "/rotate"), Json::object()));
  show_once(session, reply.body, "secret", "the old secret has ended; this is not shown again");
  return {};
}

Result<void> test(const Session& session, const ApiClient& client, const WebhookOptions& options) {
  TRY_ASSIGN(const ApiReply reply, client.post(webhook_path(options, "/test"), Json::object()));
  show_items(session, Json::array({reply.body}), deliveries_table, "id");
  return {};
}

Result<void> deliveries(const Session& session, const ApiClient& client,
                        const WebhookOptions& options) {
  const int64_t page = std::min<int64_t>(options.limit, 200);
  TRY_ASSIGN(const Json items,
             client.all_pages(webhook_path(options, fmt::format("/deliveries?limit={}", page)),
                              static_cast<size_t>(options.limit)));
  show_items(session, items, deliveries_table, "id");
  return {};
}

Result<void> redeliver(const Session& session, const ApiClient& client,
                       const WebhookOptions& options) {
  const std::string path =
      item_path(webhook_path(options, "/deliveries"), options.delivery) + "/redeliver";
  TRY_ASSIGN(const ApiReply reply, client.post(path, Json::object()));
  show_items(session, Json::array({reply.body}), deliveries_table, "id");
  return {};
}

Result<void> get(const Session& session, const ApiClient& client, const WebhookOptions& options) {
  TRY_ASSIGN(const ApiReply reply, client.get(webhook_path(options)));
  show_webhook(session, reply.body);
  return {};
}

void add_events(CLI::App* command, WebhookOptions& options) {
  command
      ->add_option("--events", options.events,
                   "What to tell: deployment.deployed, deployment.failed, deployment.recovered, "
                   "quota.refused, certificate.expiring (with commas, or repeated)")
      ->delimiter(',');
}

}  // namespace

void add_webhook_commands(CLI::App& app, Session& session) {
  auto* webhooks =
      add_noun(app, "webhooks", "Webhooks: who is told what happens", "slipway webhooks list");
  webhooks->alias("webhook");
  add_verb(*webhooks, session, "list", "List the webhooks that you manage", "slipway webhooks list",
           [&session](const ApiClient& client) -> Result<void> {
             TRY_ASSIGN(const Json items, client.all_pages(std::string(kWebhooks)));
             show_items(session, items, webhooks_table, "id");
             return {};
           })
      ->alias("ls");

  const auto options = std::make_shared<WebhookOptions>();
  using Run = Result<void> (*)(const Session&, const ApiClient&, const WebhookOptions&);
  const auto add_command = [&](const char* name, const char* help, const char* shown, Run run) {
    return add_verb(*webhooks, session, name, help, shown,
                    [&session, options, run](const ApiClient& client) {
                      return run(session, client, *options);
                    });
  };
  const auto add_one = [&](const char* name, const char* help, const char* shown, Run run) {
    auto* command = add_command(name, help, shown, run);
    command->add_option("WEBHOOK", options->id, "Id of the webhook")->required();
    return command;
  };
  auto* make = add_command("create", "Make a webhook; prints its secret once",
                           "slipway webhooks create Chat --group vision --url "
                           "https://hooks.example/slipway --events deployment.failed",
                           create);
  make->add_option("NAME", options->name, "What people call it")->required();
  make->add_option("--group", options->group, "Group that it belongs to");
  make->add_flag("--platform", options->platform, "It hears of every group (platform admins)");
  make->add_option("--url", options->url, "Where to send to, http or https")->required();
  add_events(make, *options);
  add_one("get", "Show one webhook", "slipway webhooks get wh-x7k2pq8a4b1c", get);
  auto* change = add_one("update", "Change a webhook",
                         "slipway webhooks update wh-x7k2pq8a4b1c --enable", update);
  change->add_option("--name", options->name, "What people call it");
  change->add_option("--url", options->url, "Where to send to");
  add_events(change, *options);
  add_switch(change, "--enable", "--disable", options->enabled, "Send again", "Send nothing");
  auto* end = add_one("delete", "Delete a webhook with its log",
                      "slipway webhooks delete wh-x7k2pq8a4b1c --yes", remove);
  end->alias("rm");
  end->add_flag("-y,--yes", options->yes, "Do not ask");
  add_one("rotate", "Give a webhook a new secret; prints it once",
          "slipway webhooks rotate wh-x7k2pq8a4b1c", rotate);
  add_one("test", "Send a test notice", "slipway webhooks test wh-x7k2pq8a4b1c", test);
  add_one("deliveries", "Show what was told and what became of it, newest first",
          "slipway webhooks deliveries wh-x7k2pq8a4b1c --limit 50", deliveries)
      ->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(int64_t{1}, int64_t{100'000}))
      ->capture_default_str();
  add_one("redeliver", "Send something again",
          "slipway webhooks redeliver wh-x7k2pq8a4b1c msg_3f2a", redeliver)
      ->add_option("DELIVERY", options->delivery, "Id of the delivery")
      ->required();
}

}  // namespace slipway::cli
