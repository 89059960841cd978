#include "control/deployment_route.h"

#include <algorithm>

#include "engine/docker/socket_folders.h"
#include "snapshot/encoding.h"
#include "snapshot/ip_literal.h"

namespace slipway::control {

static_assert(engine::kSocketName == snapshot::kReplicaSocketName);

namespace {

// Fits the snapshot's limit without ending in the middle of a character.
std::string bounded(std::string text) {
  if (text.size() <= snapshot::kMaxReasonBytes) return text;
  size_t end = snapshot::kMaxReasonBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

template <typename To, typename From>
To clamped(From value) {
  return static_cast<To>(std::clamp<int64_t>(value, 1, std::numeric_limits<To>::max() / 2));
}

}  // namespace

void set_access(snapshot::Route& route, const domain::Spec& spec,
                const std::vector<snapshot::Client>& clients) {
  route.access = spec.private_access ? snapshot::Access::kPrivate : snapshot::Access::kPublic;
  route.clients.clear();
  if (spec.private_access) route.clients = clients;
}

std::optional<snapshot::Route> route_of(const domain::Deployment& deployment,
                                        const domain::Spec& spec,
                                        const std::vector<snapshot::Client>& clients,
                                        const engine::ObservedWorkload* observed,
                                        const domain::Status& status) {
  if (deployment.desire == domain::Desire::kDeleted) return std::nullopt;
  snapshot::Route route;
  route.deployment = deployment.id;
  route.request_timeout_ms = clamped<uint32_t>(spec.request_timeout.count());
  route.body_limit_bytes = clamped<uint64_t>(spec.body_limit);
  route.drain_ms = clamped<uint32_t>(std::chrono::milliseconds(spec.drain_time).count());
  route.replica_concurrency = static_cast<uint32_t>(spec.replica_concurrency);
  route.requests_per_minute = static_cast<uint32_t>(spec.requests_per_minute);
  route.websocket = spec.allow_websocket;
  set_access(route, spec, clients);
  if (deployment.desire == domain::Desire::kStopped) {
    route.state = snapshot::RouteState::kStopped;
    route.reason = "the deployment is stopped";
    return route;
  }
  if (observed != nullptr) {
    for (const engine::WorkloadReplica& replica : observed->replicas) {
      const auto& seen = replica.observed;
      // An address that is not known yet routes to nobody.
      if (!replica.routable || seen.port == 0 || !snapshot::is_ip_literal(seen.host)) continue;
      route.replicas.push_back({.id = seen.key.id(),
                                .host = seen.host,
                                .port = seen.port,
                                .image = replica.image,
                                .unix_socket = !seen.unix_socket.empty()});
    }
  }
  if (route.replicas.empty()) {
    route.state = snapshot::RouteState::kNotReady;
    route.reason = bounded(status.reason);
    return route;
  }
  route.state = snapshot::RouteState::kServing;
  route.revision = static_cast<uint64_t>(std::max<int64_t>(0, status.serving_revision));
  return route;
}

}  // namespace slipway::control
