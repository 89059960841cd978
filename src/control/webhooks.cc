#include "control/webhooks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "control/audit_record.h"
#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/people_access.h"
#include "control/secret_keys.h"
#include "domain/text_rules.h"
#include "domain/webhook.h"
#include "identity/webhook_signature.h"

namespace slipway::control {
namespace {

using store::DeliveryRow;
using store::DeliveryState;
using store::ReadTransaction;
using store::WebhookRow;
using store::WriteTransaction;

constexpr int kMostPerPage = 200;
constexpr size_t kIdCharacters = 12;

// A platform's webhook is nobody's but a platform admin's.
bool may_know(const Caller& caller, const WebhookRow& row) {
  return row.group.empty() ? caller.platform_admin : may_see_group(caller, row.group);
}

bool may_manage(const Caller& caller, const std::string& group) {
  return group.empty() ? caller.platform_admin : may_administer_group(caller, group);
}

Result<void> check_may_manage(const Caller& caller, const std::string& group) {
  if (may_manage(caller, group)) return {};
  if (group.empty()) {
    return fail(ErrorCode::kDenied, "only platform admins manage webhooks of the platform");
  }
  return fail(ErrorCode::kDenied,
              fmt::format("only admins of group '{}' manage its webhooks", group));
}

Result<WebhookRow> find_managed(ReadTransaction& tx, const Caller& caller, const std::string& id) {
  TRY_ASSIGN(auto row, store::webhooks::find(tx, id));
  if (!row || !may_know(caller, *row)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no webhook '{}'", domain::shortened(id)));
  }
  TRY(check_may_manage(caller, row->group));
  return std::move(*row);
}

Result<WebhookRow> find_changeable_webhook(ReadTransaction& tx, const Caller& caller,
                                           const std::string& id, ExpectedGeneration expected) {
  TRY_ASSIGN(WebhookRow row, find_managed(tx, caller, id));
  TRY(check_may_write(caller));
  TRY(check_generation(fmt::format("webhook '{}'", id), row.generation, expected));
  return row;
}

// What follows the host may be a secret of the receiver.
std::string masked_url(const std::string& url) {
  const size_t host = url.find("://");
  const size_t end = url.find_first_of("/?", host == std::string::npos ? 0 : host + 3);
  return end == std::string::npos || end + 1 == url.size() ? url : url.substr(0, end) + "/***";
}

std::string audited(const WebhookRow& row) {
  return dump_json(Json{{"name", row.name},
                        {"url", masked_url(row.url)},
                        {"events", row.events},
                        {"enabled", row.enabled},
                        {"secret", "***"}});
}

WebhookView view_of(const WebhookRow& row) {
  WebhookView out;
  out.id = row.id;
  out.group = row.group;
  out.name = row.name;
  out.url = row.url;
  out.events = row.events;
  out.enabled = row.enabled;
  out.disabled_reason = row.disabled_reason;
  out.created_by = row.created_by;
  out.created_at = row.created_at;
  out.updated_by = row.updated_by;
  out.updated_at = row.updated_at;
  out.generation = row.generation;
  return out;
}

Result<DeliveryView> view_of(ReadTransaction& tx, const DeliveryRow& row) {
  DeliveryView out;
  out.id = row.id;
  out.type = row.type;
  out.created_at = row.created_at;
  out.done_at = row.done_at;
  out.body = row.body;
  switch (row.state) {
    case DeliveryState::kPending:
      out.state = "pending";
      out.next_at = row.next_at;
      break;
    case DeliveryState::kDelivered:
      out.state = "delivered";
      break;
    case DeliveryState::kFailed:
      out.state = "failed";
      break;
  }
  TRY_ASSIGN(const auto attempts, store::deliveries::attempts_of(tx, row.sequence));
  for (const store::AttemptRow& one : attempts) {
    out.attempts.push_back(
        {one.number, one.time, one.duration_ms, one.status, one.error, one.reply});
  }
  return out;
}

Failure no_such_delivery(const std::string& id) {
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no delivery '{}'; those of the last 30 days are kept, at most "
                          "500 of a webhook",
                          domain::shortened(id)));
}

class StoredWebhooks final : public Webhooks {
 public:
  explicit StoredWebhooks(const WebhookParts& parts) : parts_(parts) {}

  Result<std::vector<WebhookView>> list(const Caller& caller) override {
    return parts_.store.read([&](ReadTransaction& tx) -> Result<std::vector<WebhookView>> {
      TRY_ASSIGN(const auto rows, store::webhooks::all(tx));
      std::vector<WebhookView> out;
      for (const WebhookRow& row : rows) {
        if (may_manage(caller, row.group)) out.push_back(view_of(row));
      }
      return out;
    });
  }

  Result<WebhookView> get(const Caller& caller, const std::string& id) override {
    return parts_.store.read([&](ReadTransaction& tx) -> Result<WebhookView> {
      TRY_ASSIGN(const WebhookRow row, find_managed(tx, caller, id));
      return view_of(row);
    });
  }

  Result<IssuedWebhook> create(const Caller& caller, const NewWebhook& wanted) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<IssuedWebhook> {
      TRY(check_group(tx, caller, wanted.group));
      TRY(check_may_write(caller));
      TRY(check_may_manage(caller, wanted.group));
      WebhookRow row;
      row.id = "wh-" + parts_.random.base36(kIdCharacters);
      row.group = wanted.group;
      row.name = wanted.name;
      row.url = wanted.url;
      row.events = wanted.events;
      row.enabled = wanted.enabled;
      row.created_by = row.updated_by = caller.user;
      row.created_at = row.updated_at = parts_.clock.now();
      TRY(check(row));
      const std::string secret = give_secret(row);
      TRY(store::webhooks::insert(tx, row));
      TRY(record(tx, caller, row, "webhook.create", "", audited(row)));
      return IssuedWebhook{view_of(row), secret};
    });
  }

  Result<WebhookView> update(const Caller& caller, const std::string& id, const WebhookPatch& patch,
                             ExpectedGeneration expected) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<WebhookView> {
      TRY_ASSIGN(WebhookRow row, find_changeable_webhook(tx, caller, id, expected));
      const WebhookRow before = row;
      row.name = patch.name.value_or(row.name);
      row.url = patch.url.value_or(row.url);
      row.events = patch.events.value_or(row.events);
      row.enabled = patch.enabled.value_or(row.enabled);
      TRY(check(row));
      if (row == before) return view_of(row);
      if (patch.enabled) row.disabled_reason.clear();
      touch(row, caller);
      TRY(store::webhooks::update(tx, row));
      TRY(record(tx, caller, row, "webhook.update", audited(before), audited(row)));
      return view_of(row);
    });
  }

  Result<void> remove(const Caller& caller, const std::string& id,
                      ExpectedGeneration expected) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(const WebhookRow row, find_changeable_webhook(tx, caller, id, expected));
      TRY(store::webhooks::remove(tx, id));
      return record(tx, caller, row, "webhook.remove", audited(row), "");
    });
  }

  Result<IssuedWebhook> rotate(const Caller& caller, const std::string& id) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<IssuedWebhook> {
      TRY_ASSIGN(WebhookRow row, find_changeable_webhook(tx, caller, id, std::nullopt));
      const std::string secret = give_secret(row);
      touch(row, caller);
      TRY(store::webhooks::update(tx, row));
      TRY(record(tx, caller, row, "webhook.rotate", audited(row), audited(row)));
      return IssuedWebhook{view_of(row), secret};
    });
  }

  Result<DeliveryView> test(const Caller& caller, const std::string& id) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<DeliveryView> {
      TRY_ASSIGN(const WebhookRow row, find_changeable_webhook(tx, caller, id, std::nullopt));
      TRY(check_enabled(row));
      TRY_ASSIGN(const std::string delivery,
                 parts_.outbox.tell_test(tx, row, caller.user, parts_.clock.now()));
      TRY(record(tx, caller, row, "webhook.test", "", ""));
      return find_delivery(tx, id, delivery);
    });
  }

  Result<DeliveryPage> deliveries(const Caller& caller, const std::string& id,
                                  const std::string& cursor, int limit) override {
    int64_t before = INT64_MAX;
    std::vector<FieldError> problems;
    if (!cursor.empty()) {
      const auto [end, problem] =
          std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
      if (problem != std::errc() || end != cursor.data() + cursor.size()) {
        problems.push_back({"cursor", "must be one that a previous page has given"});
      }
    }
    if (limit < 1 || limit > kMostPerPage) {
      problems.push_back({"limit", fmt::format("must be 1 to {}; it is {}", kMostPerPage, limit)});
    }
    TRY(refuse_if_any("the deliveries cannot be read so", std::move(problems)));
    return parts_.store.read([&](ReadTransaction& tx) -> Result<DeliveryPage> {
      TRY(find_managed(tx, caller, id));
      TRY_ASSIGN(auto rows, store::deliveries::newest(tx, id, before, limit + 1));
      DeliveryPage page;
      if (rows.size() > static_cast<size_t>(limit)) {
        rows.pop_back();
        page.next_cursor = std::to_string(rows.back().sequence);
      }
      for (const DeliveryRow& row : rows) {
        TRY_ASSIGN(DeliveryView one, view_of(tx, row));
        page.items.push_back(std::move(one));
      }
      return page;
    });
  }

  Result<DeliveryView> redeliver(const Caller& caller, const std::string& id,
                                 const std::string& delivery) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<DeliveryView> {
      TRY_ASSIGN(const WebhookRow row, find_changeable_webhook(tx, caller, id, std::nullopt));
      TRY_ASSIGN(const auto found, store::deliveries::find(tx, id, delivery));
      if (!found) return no_such_delivery(delivery);
      TRY(check_enabled(row));
      TRY(store::deliveries::repeat(tx, found->sequence, parts_.clock.now()));
      TRY(record(tx, caller, row, "webhook.redeliver", "", ""));
      return find_delivery(tx, id, delivery);
    });
  }

 private:
  // A foreign group is a wrong field here, as it is in a new deployment.
  static Result<void> check_group(ReadTransaction& tx, const Caller& caller,
                                  const std::string& group) {
    if (group.empty()) return {};
    const auto found = find_visible_group(tx, caller, group);
    if (found) return {};
    if (found.error().code != ErrorCode::kNotFound) return fail(found.error());
    return refuse_if_any("the webhook cannot be made", {{"group", found.error().message}});
  }

  Result<void> check(const WebhookRow& row) const {
    std::vector<FieldError> problems;
    if (auto problem = domain::check_webhook_name(row.name)) problems.push_back({"name", *problem});
    if (std::string problem = url_problem(row.url, parts_.allowed); !problem.empty()) {
      problems.push_back({"url", std::move(problem)});
    }
    if (row.events.empty()) problems.push_back({"events", "must name one at least"});
    for (size_t i = 0; i < row.events.size(); ++i) {
      const bool is_twice = std::count(row.events.begin(), row.events.end(), row.events[i]) > 1;
      if (!domain::is_notice_type(row.events[i])) {
        problems.push_back(
            {fmt::format("events[{}]", i),
             fmt::format("must be one of {}; it is '{}'", fmt::join(domain::notice_types(), ", "),
                         domain::shortened(row.events[i]))});
      } else if (is_twice) {
        problems.push_back({fmt::format("events[{}]", i), "is given more than once"});
      }
    }
    return refuse_if_any("the webhook is not valid", std::move(problems));
  }

  static Result<void> check_enabled(const WebhookRow& row) {
    if (row.enabled) return {};
    return fail(ErrorCode::kConflict,
                fmt::format("webhook '{}' is disabled; enable it first", row.id));
  }

  std::string give_secret(WebhookRow& row) const {
    std::string secret = identity::make_webhook_secret(parts_.random);
    row.sealed = parts_.box.seal(secret, webhook_owner(row.id));
    return secret;
  }

  void touch(WebhookRow& row, const Caller& caller) const {
    row.updated_by = caller.user;
    row.updated_at = parts_.clock.now();
    ++row.generation;
  }

  static Result<DeliveryView> find_delivery(ReadTransaction& tx, const std::string& webhook,
                                            const std::string& id) {
    TRY_ASSIGN(const auto found, store::deliveries::find(tx, webhook, id));
    if (!found) return no_such_delivery(id);
    return view_of(tx, *found);
  }

  Result<void> record(WriteTransaction& tx, const Caller& caller, const WebhookRow& row,
                      const char* action, const std::string& before,
                      const std::string& after) const {
    return record_change(tx, caller, parts_.clock.now(),
                         {.action = action,
                          .object = row.id,
                          .detail = row.name,
                          .group = row.group,
                          .before = before,
                          .after = after});
  }

  const WebhookParts parts_;
};

}  // namespace

std::unique_ptr<Webhooks> make_webhooks(const WebhookParts& parts) {
  return std::make_unique<StoredWebhooks>(parts);
}

}  // namespace slipway::control
