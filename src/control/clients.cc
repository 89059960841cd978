#include "control/clients.h"

#include <fmt/format.h>

#include <utility>

#include "base/json.h"
#include "control/audit_record.h"
#include "control/client_digests.h"
#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/deployment_record.h"
#include "domain/text_rules.h"
#include "identity/secret_text.h"
#include "snapshot/encoding.h"
#include "store/clients.h"
#include "store/events.h"
#include "store/store.h"

namespace slipway::control {
namespace {

using store::ClientRow;
using store::ReadTransaction;
using store::WriteTransaction;

ClientView shown(const ClientRow& row, Timestamp now) {
  ClientView view{.name = row.name,
                  .created_by = row.created_by,
                  .created_at = row.created_at,
                  .expires_at = row.expires_at,
                  .requests_per_minute = row.requests_per_minute,
                  .last_used_at = row.last_used_at,
                  .requests = row.requests};
  if (row.previous_until && *row.previous_until > now) {
    view.previous_token_until = row.previous_until;
  }
  return view;
}

// What the audit trail keeps of a client: nothing of its token.
std::string audited(const ClientRow& row) {
  const auto time = [](const std::optional<Timestamp>& at) {
    return at ? Json(format_rfc3339(*at)) : Json(nullptr);
  };
  Json out = {{"client", row.name},
              {"created_by", row.created_by},
              {"expires_at", time(row.expires_at)},
              {"previous_token_until", time(row.previous_until)},
              {"requests_per_minute", nullptr}};
  if (row.requests_per_minute) out["requests_per_minute"] = *row.requests_per_minute;
  return out.dump();
}

struct ClientChange {
  std::string kind;     // "client_added", ...
  std::string message;  // for people: one line
  std::string before;   // audited(); "": was not there
  std::string after;
};

Result<void> record(WriteTransaction& tx, const Caller& caller,
                    const domain::Deployment& deployment, const ClientChange& change,
                    Timestamp now) {
  Event event;
  event.deployment_id = deployment.id;
  event.time = now;
  event.kind = "accepted";
  event.message = change.message;
  event.actor = caller.user;
  TRY(store::events::append(tx, event));
  TRY(record_history(tx, caller, deployment, change.kind, change.message, now));
  return record_change(tx, caller, now,
                       {.action = "deployment." + change.kind,
                        .object = deployment.id,
                        .detail = change.message,
                        .group = deployment.group,
                        .before = change.before,
                        .after = change.after});
}

void check_rate(const std::optional<int64_t>& rate, std::vector<FieldError>& problems) {
  if (!rate || (*rate >= 1 && *rate <= Clients::kMostPerMinute)) return;
  problems.push_back(
      {"requests_per_minute", fmt::format("must be 1 to {}, or null for no limit; it is {}",
                                          Clients::kMostPerMinute, *rate)});
}

void check_expiry(const std::optional<Timestamp>& at, Timestamp now,
                  std::vector<FieldError>& problems) {
  if (!at || *at > now) return;
  problems.push_back({"expires_at", fmt::format("must be in the future; it is {} and now is {}",
                                                format_rfc3339(*at), format_rfc3339(now))});
}

Result<ClientRow> find_client(ReadTransaction& tx, const std::string& id, const std::string& name) {
  TRY_ASSIGN(auto row, store::clients::find(tx, id, name));
  if (row) return std::move(*row);
  return fail(ErrorCode::kNotFound,
              fmt::format("deployment '{}' has no client '{}'", id, domain::shortened(name)));
}

class StoredClients final : public Clients {
 public:
  explicit StoredClients(const ClientParts& parts) : parts_(parts) {}

  Result<std::vector<ClientView>> list(const Caller& caller, const std::string& id) override {
    using Views = std::vector<ClientView>;
    return parts_.store.read([&](ReadTransaction& tx) -> Result<Views> {
      TRY(find_visible(tx, caller, id));
      TRY_ASSIGN(const auto rows, store::clients::of_deployment(tx, id));
      Views views;
      for (const ClientRow& row : rows) views.push_back(shown(row, parts_.clock.now()));
      return views;
    });
  }

  Result<ClientView> get(const Caller& caller, const std::string& id,
                         const std::string& name) override {
    return parts_.store.read([&](ReadTransaction& tx) -> Result<ClientView> {
      TRY(find_visible(tx, caller, id));
      TRY_ASSIGN(const ClientRow row, find_client(tx, id, name));
      return shown(row, parts_.clock.now());
    });
  }

  Result<IssuedClient> add(const Caller& caller, const std::string& id,
                           const NewClient& wanted) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<IssuedClient> {
      TRY_ASSIGN(const auto deployment, find_changeable(tx, caller, id, std::nullopt));
      const Timestamp now = parts_.clock.now();
      TRY(check_new(wanted, now));
      TRY_ASSIGN(const auto present, store::clients::of_deployment(tx, id));
      if (present.size() >= snapshot::kMaxClientsPerRoute) {
        return fail(ErrorCode::kConflict,
                    fmt::format("deployment '{}' has {} clients already, the most that one may "
                                "have; remove one that is not used any more",
                                id, present.size()));
      }
      const std::string token = identity::make_secret(parts_.random, identity::kClientTokenPrefix);
      TRY_ASSIGN(const snapshot::DigestKey key, client_digest_key(tx, parts_.random));
      ClientRow row{.deployment_id = id,
                    .name = wanted.name,
                    .digest = stored_digest(token, key),
                    .previous_digest = {},
                    .created_by = caller.user,
                    .created_at = now,
                    .expires_at = wanted.expires_at,
                    .requests_per_minute = wanted.requests_per_minute};
      TRY(store::clients::insert(tx, row));
      TRY(record(tx, caller, deployment,
                 {"client_added", fmt::format("client '{}' added", row.name), "", audited(row)},
                 now));
      return IssuedClient{shown(row, now), token};
    });
  }

  Result<ClientView> update(const Caller& caller, const std::string& id, const std::string& name,
                            const ClientPatch& patch) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<ClientView> {
      TRY_ASSIGN(const auto deployment, find_changeable(tx, caller, id, std::nullopt));
      TRY_ASSIGN(ClientRow row, find_client(tx, id, name));
      const Timestamp now = parts_.clock.now();
      std::vector<FieldError> problems;
      if (patch.expires_at) check_expiry(*patch.expires_at, now, problems);
      if (patch.requests_per_minute) check_rate(*patch.requests_per_minute, problems);
      TRY(refuse_if_any(fmt::format("client '{}' cannot be changed", name), std::move(problems)));
      const ClientRow before = row;
      if (patch.expires_at) row.expires_at = *patch.expires_at;
      if (patch.requests_per_minute) row.requests_per_minute = *patch.requests_per_minute;
      if (row == before) return shown(row, now);
      TRY(store::clients::update(tx, row));
      TRY(record(tx, caller, deployment,
                 {"client_changed", fmt::format("client '{}' changed: {}", name, limits_of(row)),
                  audited(before), audited(row)},
                 now));
      return shown(row, now);
    });
  }

  Result<void> remove(const Caller& caller, const std::string& id,
                      const std::string& name) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(const auto deployment, find_changeable(tx, caller, id, std::nullopt));
      TRY_ASSIGN(const ClientRow row, find_client(tx, id, name));
      TRY(store::clients::remove(tx, id, name));
      return record(tx, caller, deployment,
                    {"client_removed", fmt::format("client '{}' removed", name), audited(row), ""},
                    parts_.clock.now());
    });
  }

  Result<IssuedClient> rotate(const Caller& caller, const std::string& id, const std::string& name,
                              std::chrono::seconds overlap) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<IssuedClient> {
      TRY_ASSIGN(const auto deployment, find_changeable(tx, caller, id, std::nullopt));
      TRY_ASSIGN(ClientRow row, find_client(tx, id, name));
      if (overlap < std::chrono::seconds(0) || overlap > kLongestOverlap) {
        return refused_overlap(name, overlap);
      }
      const Timestamp now = parts_.clock.now();
      const ClientRow before = row;
      const std::string token = identity::make_secret(parts_.random, identity::kClientTokenPrefix);
      TRY_ASSIGN(const snapshot::DigestKey key, client_digest_key(tx, parts_.random));
      row.previous_digest.clear();
      row.previous_until.reset();
      if (overlap > std::chrono::seconds(0)) {
        row.previous_digest = before.digest;
        row.previous_until = now + overlap;
      }
      row.digest = stored_digest(token, key);
      TRY(store::clients::update(tx, row));
      TRY(record(tx, caller, deployment,
                 {"client_rotated",
                  row.previous_until
                      ? fmt::format("client '{}' got a new token; the old one holds until {}", name,
                                    format_rfc3339(*row.previous_until))
                      : fmt::format("client '{}' got a new token; the old one ends now", name),
                  audited(before), audited(row)},
                 now));
      return IssuedClient{shown(row, now), token};
    });
  }

 private:
  static Result<void> check_new(const NewClient& wanted, Timestamp now) {
    std::vector<FieldError> problems;
    if (!snapshot::is_client_name(wanted.name)) {
      problems.push_back(
          {"name", fmt::format("must be 1 to {} of a-z, 0-9, '_' and '-', and begin with a letter "
                               "or '_'; it is '{}'",
                               snapshot::kMaxClientNameBytes, domain::shortened(wanted.name))});
    }
    check_expiry(wanted.expires_at, now, problems);
    check_rate(wanted.requests_per_minute, problems);
    return refuse_if_any("the client cannot be added", std::move(problems));
  }

  static Failure refused_overlap(const std::string& name, std::chrono::seconds overlap) {
    const std::string problem = fmt::format("must be 0 to {} seconds (7 days); it is {}",
                                            kLongestOverlap.count(), overlap.count());
    return fail(Error{ErrorCode::kInvalid,
                      fmt::format("client '{}' keeps its token: the overlap {}", name, problem),
                      {{"overlap_seconds", problem}}});
  }

  static std::string limits_of(const ClientRow& row) {
    return fmt::format(
        "{}, {}", row.expires_at ? "expires at " + format_rfc3339(*row.expires_at) : "no expiry",
        row.requests_per_minute ? fmt::format("{} requests a minute", *row.requests_per_minute)
                                : "no limit of requests");
  }

  const ClientParts parts_;
};

}  // namespace

std::unique_ptr<Clients> make_clients(const ClientParts& parts) {
  return std::make_unique<StoredClients>(parts);
}

}  // namespace slipway::control
