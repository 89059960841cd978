#include "engine/docker/docker_network.h"

#include <fmt/format.h>

#include "engine/docker/container_spec.h"

namespace slipway::engine {

Result<void> ensure_docker_network(DockerApi& api, EngineKind kind, const std::string& name,
                                   const std::string& installation) {
  TRY_ASSIGN(const DockerAnswer there, api.send("GET", "/networks/" + name, nullptr, {404}));
  if (there.status != 404) return {};

  Json request = {{"Name", name},
                  {"Driver", "bridge"},
                  {"CheckDuplicate", true},
                  {"Labels", {{std::string(kInstallationLabel), installation}}}};
  if (kind == EngineKind::kDocker) {
    // Replicas have no business with each other: only the gateway asks them, from the host.
    request["Options"] = {{"com.docker.network.bridge.enable_icc", "false"}};
  }
  auto made = api.send("POST", "/networks/create", &request, {409});
  if (!made && made.error().code != ErrorCode::kUnavailable && request.contains("Options")) {
    // Where bridges are not filtered (no br_netfilter) the option is refused; serving goes first.
    request.erase("Options");
    made = api.send("POST", "/networks/create", &request, {409});
  }
  if (!made) return fail(made.error().within(fmt::format("cannot make network {}", name)));
  return {};
}

Result<void> remove_docker_network(DockerApi& api, const std::string& name) {
  const auto removed = api.send("DELETE", "/networks/" + name, nullptr, {404});
  if (!removed) return fail(removed.error().within(fmt::format("cannot remove network {}", name)));
  return {};
}

}  // namespace slipway::engine
