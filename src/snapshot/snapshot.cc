#include "snapshot/snapshot.h"

#include <fmt/core.h>

#include <algorithm>

#include "snapshot/encoding.h"
#include "snapshot/ip_literal.h"

namespace slipway::snapshot {
namespace {

bool by_name(const Client& a, const Client& b) { return a.name < b.name; }
bool by_deployment(const Route& a, const Route& b) { return a.deployment < b.deployment; }

bool is_id(std::string_view text) {
  if (text.empty() || text.size() > kMaxIdBytes) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

bool is_one_line(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<uint8_t>(c);
    return byte >= 0x20 && byte != 0x7F;
  });
}

bool is_plain_path(std::string_view text) {
  return !text.empty() && text.front() == '/' && text.size() <= kMaxPathBytes &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c > 0x20 && c < 0x7F && c != '?' && c != '#'; });
}

Result<void> validate_replica(const Replica& replica) {
  if (!is_id(replica.id)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("a replica's id must be 1 to {} of [A-Za-z0-9._-]", kMaxIdBytes));
  }
  if (!is_ip_literal(replica.host)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("replica {}: its host must be an IP address", replica.id));
  }
  if (replica.port == 0) {
    return fail(ErrorCode::kInvalid, fmt::format("replica {}: its port is 0", replica.id));
  }
  if (replica.image.size() > kMaxImageBytes || !is_one_line(replica.image)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("replica {}: its image must be one line of at most {} bytes",
                            replica.id, kMaxImageBytes));
  }
  return {};
}

Result<void> validate_access(const Route& route) {
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::kInvalid, fmt::format("deployment {}: {}", route.deployment, what));
  };
  if (route.access > Access::kPrivate) return wrong("its access is none that is known");
  if (route.access == Access::kPublic && !route.clients.empty()) {
    return wrong("it is public, but has clients");
  }
  if (route.clients.size() > kMaxClientsPerRoute) return wrong("it has too many clients");
  for (size_t i = 0; i < route.clients.size(); ++i) {
    if (const Result<void> valid = validate(route.clients[i]); !valid) {
      return fail(valid.error().within("deployment " + route.deployment));
    }
    if (i > 0 && !by_name(route.clients[i - 1], route.clients[i])) {
      return wrong("its clients must be sorted by name, each once");
    }
  }
  return {};
}

Result<void> validate_route(const Route& route) {
  if (!is_id(route.deployment)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("a deployment id must be 1 to {} of [A-Za-z0-9._-]", kMaxIdBytes));
  }
  const auto wrong = [&](std::string_view what) {
    return fail(ErrorCode::kInvalid, fmt::format("deployment {}: {}", route.deployment, what));
  };
  if (route.state > RouteState::kNotReady) return wrong("its state is none that is known");
  if (route.reason.size() > kMaxReasonBytes) return wrong("its reason is too long");
  if (!is_one_line(route.reason)) return wrong("its reason is not one line");
  if (!is_plain_path(route.prediction_path)) return wrong("its prediction path is no plain path");
  if (route.replicas.size() > kMaxReplicasPerRoute) return wrong("it has too many replicas");
  if (route.state == RouteState::kServing && route.replicas.empty()) {
    return wrong("it serves, but without a replica");
  }
  for (const Replica& replica : route.replicas) {
    if (const Result<void> valid = validate_replica(replica); !valid) {
      return fail(valid.error().within("deployment " + route.deployment));
    }
  }
  std::vector<std::string_view> ids;
  ids.reserve(route.replicas.size());
  for (const Replica& replica : route.replicas) ids.push_back(replica.id);
  std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) {
    return wrong("two of its replicas have one id");
  }
  return validate_access(route);
}

}  // namespace

std::string_view to_string(RouteState state) {
  switch (state) {
    case RouteState::kServing:
      return "serving";
    case RouteState::kStopped:
      return "stopped";
    case RouteState::kNotReady:
      return "not_ready";
  }
  return "";
}

const Route* Snapshot::find(std::string_view deployment) const {
  const auto found = std::lower_bound(
      routes.begin(), routes.end(), deployment,
      [](const Route& route, std::string_view id) { return route.deployment < id; });
  return found != routes.end() && found->deployment == deployment ? &*found : nullptr;
}

void Snapshot::sort_routes() {
  std::sort(routes.begin(), routes.end(), by_deployment);
  for (Route& route : routes) std::sort(route.clients.begin(), route.clients.end(), by_name);
}

Result<void> validate(const Snapshot& snapshot) {
  if (!is_id(snapshot.control_id)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("the control id must be 1 to {} of [A-Za-z0-9._-]", kMaxIdBytes));
  }
  if (snapshot.version == 0) return fail(ErrorCode::kInvalid, "versions begin at 1");
  if (snapshot.routes.size() > kMaxRoutes) {
    return fail(ErrorCode::kInvalid, fmt::format("there are more than {} routes", kMaxRoutes));
  }
  for (size_t i = 0; i < snapshot.routes.size(); ++i) {
    TRY(validate_route(snapshot.routes[i]));
    if (!snapshot.routes[i].clients.empty() && snapshot.digest_key == DigestKey{}) {
      return fail(ErrorCode::kInvalid, "there are clients, but no key for their digests");
    }
    if (i > 0 && !by_deployment(snapshot.routes[i - 1], snapshot.routes[i])) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("deployment {}: routes must be sorted by deployment, each once",
                              snapshot.routes[i].deployment));
    }
  }
  return {};
}

}  // namespace slipway::snapshot
