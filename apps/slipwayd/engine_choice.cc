#include "engine_choice.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <vector>

#include "engine/docker/docker_engine.h"
#include "engine/mock/mock_engine.h"
#include "engine/process/process_engine.h"
#include "os/privileges.h"
#include "os/system_clock.h"
#include "state_directory.h"

namespace slipway::app {
namespace {

std::vector<std::string> usual_sockets(const Settings& settings) {
  if (!settings.engine_socket.empty()) return {settings.engine_socket};
  std::vector<std::string> sockets;
  if (const char* host = std::getenv("DOCKER_HOST"); host != nullptr) {
    constexpr std::string_view kUnix = "unix://";
    if (std::string_view(host).starts_with(kUnix)) sockets.emplace_back(host + kUnix.size());
  }
  sockets.emplace_back("/var/run/docker.sock");
  sockets.emplace_back("/run/podman/podman.sock");
  return sockets;
}

std::unique_ptr<engine::DockerEngine> docker_at(const std::string& socket,
                                                const EngineParts& parts) {
  return std::make_unique<engine::DockerEngine>(
      parts.client, engine::DockerEngineOptions{.socket = socket,
                                                .installation = parts.installation,
                                                .sockets = socket_directory(parts.settings)});
}

Result<std::unique_ptr<engine::ReplicaEngine>> process_engine(const EngineParts& parts,
                                                              const Logger& log) {
  log.warn("replicas run as plain processes of this machine; this engine isolates nothing",
           {{"models_root", parts.settings.models_root}});
  engine::ProcessEngineOptions options;
  options.models_root = parts.settings.models_root;
  options.state = replica_directory(parts.settings);
  options.installation = parts.installation;
  if (os::is_root() && !parts.settings.models_user.empty()) {
    auto user = os::find_user(parts.settings.models_user);
    if (!user) return fail(user.error().within("option models_user"));
    options.run_as = os::RunAs{user->uid, user->gid};
  }
  TRY_ASSIGN(auto engine, engine::ProcessEngine::create(std::move(options)));
  return engine;
}

}  // namespace

Result<std::unique_ptr<engine::ReplicaEngine>> make_engine(const EngineParts& parts,
                                                           const Logger& log) {
  const Settings& settings = parts.settings;
  if (settings.engine == "mock") {
    engine::MockEngineOptions options;
    if (!settings.mock_journal.empty()) options.journal = settings.mock_journal;
    log.warn("the mock engine runs nothing; it only says so");
    TRY_ASSIGN(auto engine, engine::MockEngine::create(parts.clock, std::move(options)));
    return engine;
  }
  if (settings.engine == "process") return process_engine(parts, log);
  std::string tried;
  for (const std::string& socket : usual_sockets(settings)) {
    auto engine = docker_at(socket, parts);
    const auto answers = engine->ping();
    if (answers || settings.engine == "docker") {
      if (answers) {
        log.info("container engine found",
                 {{"socket", socket}, {"version", engine->capabilities().version}});
        return engine;
      }
      // It may come later; with one named socket there is nothing else to try.
      if (!settings.engine_socket.empty()) {
        log.warn("the container engine does not answer yet", {{"error", answers.error().message}});
        return engine;
      }
    }
    tried += (tried.empty() ? "" : ", ") + socket;
  }
  if (settings.engine == "docker") {
    return fail(ErrorCode::kUnavailable,
                fmt::format("no container engine answers at {}; start one, name its socket with "
                            "--engine-socket, or use --engine process",
                            tried));
  }
  log.warn("no container engine answers; falling back to processes", {{"tried", tried}});
  return process_engine(parts, log);
}

Result<engine::Capabilities> ask_engine(const Settings& settings) {
  if (settings.engine == "mock") return engine::Capabilities{.name = "mock", .version = ""};
  std::string tried;
  if (settings.engine != "process") {
    call::HttpClient client;
    const os::SystemClock clock;
    for (const std::string& socket : usual_sockets(settings)) {
      const auto engine = docker_at(socket, {settings, "", clock, client});
      const auto answers = engine->ping();
      if (answers) return engine->capabilities();
      tried += (tried.empty() ? "" : "; ") + answers.error().message;
    }
    if (settings.engine == "docker") return fail(ErrorCode::kUnavailable, tried);
  }
  std::error_code error;
  if (!std::filesystem::is_directory(settings.models_root, error)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}models_root {} is no folder, so processes cannot run either",
                            tried.empty() ? "" : tried + "; ", settings.models_root));
  }
  return engine::Capabilities{.name = "process",
                              .version = "models of " + settings.models_root,
                              .isolates = false,
                              .pulls_images = false};
}

}  // namespace slipway::app
