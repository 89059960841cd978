#include "engine/docker/docker_engine.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <utility>

#include "domain/image_reference.h"
#include "engine/docker/cgroup_use.h"
#include "engine/docker/container_stats.h"
#include "engine/docker/docker_events.h"
#include "engine/docker/docker_logs.h"
#include "engine/docker/docker_network.h"
#include "engine/docker/image_pull.h"

namespace slipway::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The API does not tell whether the engine's init program is installed, and a container that asks
// for a missing one does not start. The socket is local, so the file can be looked for.
bool has_init(EngineKind kind) {
  constexpr std::array<const char*, 4> kDocker = {
      "/usr/bin/docker-init", "/usr/local/bin/docker-init", "/usr/libexec/docker/docker-init",
      "/usr/sbin/docker-init"};
  constexpr std::array<const char*, 4> kPodman = {
      "/usr/libexec/podman/catatonit", "/usr/local/libexec/podman/catatonit",
      "/usr/lib/podman/catatonit", "/usr/local/lib/podman/catatonit"};
  for (const char* path : kind == EngineKind::kDocker ? kDocker : kPodman) {
    if (::access(path, X_OK) == 0) return true;
  }
  return false;
}

bool complains_about_network(const Error& error) {
  return error.message.find("network") != std::string::npos &&
         error.message.find("not found") != std::string::npos;
}

// podman 4.3 reports a taken name as its own failure (500), not as a conflict.
bool complains_about_taken_name(const Error& error) {
  return error.message.find("is already in use") != std::string::npos;
}

// dockerd without a driver for GPUs, or one whose driver finds none.
bool complains_about_gpu(const Error& error) {
  for (const char* word : {"device driver", "nvidia", "gpu", "GPU"}) {
    if (error.message.find(word) != std::string::npos) return true;
  }
  return false;
}

Error no_gpu(const ReplicaSpec& spec, const std::string& words) {
  return Error{
      ErrorCode::kInvalid,
      fmt::format("the instance type asks for {} GPU{}{}, and the container engine has none "
                  "to give ({}); install the vendor's container toolkit on this node, or "
                  "choose an instance type without GPU",
                  spec.gpus, spec.gpus == 1 ? "" : "s",
                  spec.gpu_resource.empty() ? "" : fmt::format(" ({})", spec.gpu_resource), words),
      {}};
}

}  // namespace

DockerEngine::DockerEngine(call::HttpClient& client, DockerEngineOptions options)
    : options_(std::move(options)),
      network_(installation_prefix(options_.installation)),
      api_(client, options_.socket),
      sockets_(options_.sockets) {}

Result<DockerEngine::Connection> DockerEngine::connect() const {
  {
    std::lock_guard lock(mutex_);
    if (connection_) return *connection_;
  }
  Connection connection;
  TRY_ASSIGN(connection.version, api_.ping());
  TRY_ASSIGN(const DockerAnswer info, api_.send("GET", "/info"));
  if (info.body.is_object() && info.body.value("CgroupVersion", "") == std::string("1")) {
    connection.out_of_memory_report = OutOfMemoryReport::kPresumedFromKill;
  }
  std::lock_guard lock(mutex_);
  connection_ = connection;
  return connection;
}

Capabilities DockerEngine::capabilities() const {
  Capabilities capabilities;
  capabilities.name = "docker";
  capabilities.isolates = true;
  capabilities.pulls_images = true;
  capabilities.limits_resources = true;
  const auto connection = connect();
  if (!connection) {
    capabilities.version = "not reached yet";
  } else {
    const DockerVersion& version = connection->version;
    capabilities.version = fmt::format(
        "{} {}", version.kind == EngineKind::kPodman ? "podman" : "docker", version.engine);
  }
  return capabilities;
}

Result<void> DockerEngine::ping() {
  TRY_ASSIGN(const DockerVersion version, api_.ping());
  std::lock_guard lock(mutex_);
  // Another engine answers at the socket now: what was learned of the old one is void.
  if (connection_ && connection_->version != version) connection_.reset();
  return {};
}

Result<Capacity> DockerEngine::capacity() {
  TRY_ASSIGN(const DockerAnswer answer, api_.send("GET", "/info"));
  const auto number = [&](const char* name) -> int64_t {
    const auto it = answer.body.find(name);
    return it != answer.body.end() && it->is_number_integer() ? it->get<int64_t>() : 0;
  };
  if (!answer.body.is_object() || number("NCPU") <= 0 || number("MemTotal") <= 0) {
    return fail(ErrorCode::kInternal, "the container engine does not tell the size of its node");
  }
  return Capacity{number("NCPU") * 1000, number("MemTotal")};
}

Result<void> DockerEngine::ensure_image(const std::string& image,
                                        const CredentialLookup& credentials) {
  // Checked here so that nothing but a reference ever becomes part of a path.
  TRY(domain::parse_image_reference(image));
  TRY_ASSIGN(const DockerAnswer there,
             api_.send("GET", "/images/" + image + "/json", nullptr, {404}));
  if (there.status != 404) return {};
  return pull_image(api_, image, credentials);
}

ImageSight DockerEngine::find_image(const std::string& image, const CredentialLookup& credentials) {
  using Where = ImageSight::Where;
  if (const auto reference = domain::parse_image_reference(image); !reference) {
    return {Where::kMissing, reference.error().message};
  }
  const auto here = api_.send("GET", "/images/" + image + "/json", nullptr, {404});
  if (!here) return {Where::kUnknown, here.error().message};
  if (here->status != 404) return {Where::kHere, "it is on this node"};
  const auto connection = connect();
  if (connection && connection->version.kind == EngineKind::kPodman) {
    return {Where::kUnknown,
            "it is not on this node, and podman cannot ask a registry without pulling"};
  }
  return look_in_registry(api_, image, credentials);
}

Result<void> DockerEngine::prepare_network(EngineKind kind) {
  // One at a time: two requests at once would make two networks of one name.
  std::lock_guard one_at_a_time(network_mutex_);
  {
    std::lock_guard lock(mutex_);
    if (network_is_there_) return {};
  }
  TRY(ensure_docker_network(api_, kind, network_, options_.installation));
  std::lock_guard lock(mutex_);
  network_is_there_ = true;
  return {};
}

Result<void> DockerEngine::start(const ReplicaSpec& spec) {
  TRY(domain::parse_image_reference(spec.image));
  const auto holder = keys_.hold(spec.key);
  TRY_ASSIGN(const Connection connection, connect());
  const EngineKind kind = connection.version.kind;
  if (spec.gpus > 0 && kind == EngineKind::kPodman) {
    // It would start the container without any, and say nothing.
    return fail(no_gpu(spec, "podman hands out none through its Docker API"));
  }
  auto started = create_and_start(spec, kind);
  if (!started && complains_about_network(started.error())) {
    // Somebody removed it behind our back, or the engine lost it with its data: make it again.
    std::unique_lock lock(mutex_);
    network_is_there_ = false;
    lock.unlock();
    started = create_and_start(spec, kind);
  }
  if (!started && spec.gpus > 0 && complains_about_gpu(started.error())) {
    // Made but not started, it would only stand in the way of the next attempt.
    TRY(remove_container(container_name(options_.installation, spec.key)));
    sockets_.remove(spec.key);
    return fail(no_gpu(spec, started.error().message));
  }
  return started;
}

Result<void> DockerEngine::create_and_start(const ReplicaSpec& spec, EngineKind kind) {
  TRY(prepare_network(kind));
  ContainerContext context;
  context.installation = options_.installation;
  context.network = network_;
  context.kind = kind;
  context.has_init = has_init(kind);
  TRY_ASSIGN(context.socket_folder, sockets_.make(spec.key));
  const std::string name = container_name(options_.installation, spec.key);
  const Json body = container_spec(spec, context);
  const auto created = api_.send("POST", "/containers/create?name=" + name, &body, {409});
  if (!created) {
    if (complains_about_taken_name(created.error())) return settle_conflict(spec, name);
    if (created.error().code == ErrorCode::kNotFound && !complains_about_network(created.error())) {
      return fail(ErrorCode::kNotFound, fmt::format("there is no image '{}' on this node ({})",
                                                    spec.image, created.error().message));
    }
    return fail(
        created.error().within(fmt::format("cannot make a container for {}", spec.key.id())));
  }
  if (created->status == 409) return settle_conflict(spec, name);
  return start_container(name);
}

Result<std::optional<ObservedReplica>> DockerEngine::inspect(const std::string& name) {
  TRY_ASSIGN(const Connection connection, connect());
  TRY_ASSIGN(const DockerAnswer answer,
             api_.send("GET", "/containers/" + name + "/json", nullptr, {404}));
  if (answer.status == 404) return std::nullopt;
  return read_container(answer.body, options_.installation, network_,
                        connection.out_of_memory_report);
}

// The name is taken: by an earlier start of the same key, which is what we want to see.
Result<void> DockerEngine::settle_conflict(const ReplicaSpec& spec, const std::string& name) {
  TRY_ASSIGN(const auto replica, inspect(name));
  if (!replica || replica->key != spec.key) {
    return fail(ErrorCode::kConflict,
                fmt::format("container name {} is taken by a container that is not of this "
                            "installation; remove it or rename it",
                            name));
  }
  if (replica->state == RunState::kCreated) return start_container(name);
  return {};
}

Result<void> DockerEngine::start_container(const std::string& name) {
  const auto started = api_.send("POST", "/containers/" + name + "/start");
  if (!started) return fail(started.error().within(fmt::format("cannot start {}", name)));
  return {};
}

Result<void> DockerEngine::stop(const domain::ReplicaKey& key, seconds grace,
                                const std::function<void()>& before_removal) {
  const auto holder = keys_.hold(key);
  const std::string name = container_name(options_.installation, key);
  const std::string path = "/containers/" + name;
  // Whose it is decides the label, not the name.
  TRY_ASSIGN(const auto replica, inspect(name));
  if (!replica || replica->key != key) {
    sockets_.remove(key);
    return {};
  }

  if (replica->state == RunState::kRunning) {
    const auto stopped = api_.send("POST", fmt::format("{}/stop?t={}", path, grace.count()),
                                   nullptr, {404}, grace + seconds(30));
    // One that will not stop is removed by force below; only silence of the engine ends it here.
    if (!stopped && stopped.error().code == ErrorCode::kUnavailable) {
      return fail(stopped.error());
    }
  }
  before_removal();
  TRY(remove_container(name));
  sockets_.remove(key);
  forget(replica->engine_id);
  return {};
}

Result<void> DockerEngine::remove_container(const std::string& name) {
  for (int attempt = 0;; ++attempt) {
    const auto removed =
        api_.send("DELETE", "/containers/" + name + "?v=1&force=1", nullptr, {404, 409});
    if (!removed) return fail(removed.error().within(fmt::format("cannot remove {}", name)));
    if (removed->status != 409) return {};
    // 409: another removal of it is under way, which is as good as ours once it is through.
    if (attempt == 100) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("the container engine does not finish removing {}", name));
    }
    std::this_thread::sleep_for(milliseconds(50));
  }
}

void DockerEngine::forget(const std::string& container_id) {
  std::lock_guard lock(mutex_);
  known_.erase(container_id);
}

Result<std::vector<ContainerRow>> DockerEngine::list() {
  const Json filters = {
      {"label", Json::array({fmt::format("{}={}", kInstallationLabel, options_.installation)})}};
  TRY_ASSIGN(const DockerAnswer answer, api_.send("GET", "/containers/json?all=1&filters=" +
                                                             call::url_encode(dump_json(filters))));
  if (!answer.body.is_array()) {
    return fail(ErrorCode::kInternal, "the container engine's list of containers is no list");
  }
  std::vector<ContainerRow> rows;
  for (const Json& item : answer.body) {
    if (auto row = read_container_row(item, options_.installation, network_)) {
      rows.push_back(std::move(*row));
    }
  }
  return rows;
}

Result<std::vector<ObservedReplica>> DockerEngine::observe() {
  TRY_ASSIGN(const std::vector<ContainerRow> rows, list());
  std::vector<ObservedReplica> all;
  std::map<std::string, Known> known;
  for (const ContainerRow& row : rows) {
    TRY_ASSIGN(const auto replica, look_closer(row));
    if (!replica) continue;
    known[row.id] = Known{row.state_text, *replica};
    all.push_back(*replica);
    // A model may begin to listen there, and cease to, without a word of the engine.
    if (replica->state == RunState::kRunning) {
      all.back().unix_socket = sockets_.find_socket(replica->key);
    }
  }
  TRY(sweep_sockets());
  std::lock_guard lock(mutex_);
  known_ = std::move(known);
  return all;
}

// Once: a crash may have come between the removal of a container and that of its folder.
Result<void> DockerEngine::sweep_sockets() {
  if (sockets_are_swept_.exchange(true)) return {};
  for (const domain::ReplicaKey& key : sockets_.all()) {
    const auto holder = keys_.hold(key);
    TRY_ASSIGN(const auto replica, inspect(container_name(options_.installation, key)));
    if (!replica) sockets_.remove(key);
  }
  return {};
}

Result<std::vector<ReplicaResources>> DockerEngine::resources() {
  TRY_ASSIGN(const std::vector<ContainerRow> rows, list());
  std::vector<ReplicaResources> all;
  std::map<std::string, pid_t> pids;
  for (const ContainerRow& row : rows) {
    if (row.state != RunState::kRunning) continue;
    TRY_ASSIGN(const pid_t pid, first_process(row.id));
    pids[row.id] = pid;
    auto use = read_cgroup_use(pid, row.id);
    if (!use) {
      TRY_ASSIGN(use, ask_for_stats(row.id));
    }
    if (!use) continue;
    all.push_back({.key = row.key, .cpu_time = use->cpu_time, .memory_bytes = use->memory_bytes});
  }
  const std::lock_guard lock(mutex_);
  first_processes_ = std::move(pids);
  return all;
}

// As seen by the engine; 0: it has just ended.
Result<pid_t> DockerEngine::first_process(const std::string& container_id) {
  {
    const std::lock_guard lock(mutex_);
    const auto it = first_processes_.find(container_id);
    if (it != first_processes_.end() && it->second != 0) return it->second;
  }
  TRY_ASSIGN(const DockerAnswer answer,
             api_.send("GET", "/containers/" + container_id + "/json", nullptr, {404}));
  return answer.status == 404 ? 0 : read_first_process(answer.body);
}

// For an engine whose processes are not seen from here: on another machine, or we in a container.
Result<std::optional<ContainerStats>> DockerEngine::ask_for_stats(const std::string& container_id) {
  // One shot: otherwise the engine looks twice, a second apart, for a rate that we do not use.
  const std::string path =
      fmt::format("/containers/{}/stats?stream=false&one-shot=true", container_id);
  TRY_ASSIGN(const DockerAnswer answer, api_.send("GET", path, nullptr, {404, 409}));
  if (answer.status >= 400) return std::nullopt;
  return read_container_stats(answer.body);
}

// Inspects only what the list shows in another state, or at another address, than when it was
// inspected last.
Result<std::optional<ObservedReplica>> DockerEngine::look_closer(const ContainerRow& row) {
  {
    std::lock_guard lock(mutex_);
    const auto it = known_.find(row.id);
    if (it != known_.end() && it->second.state_text == row.state_text) {
      const ObservedReplica& replica = it->second.replica;
      const bool settled =
          replica.state == row.state &&
          (replica.state != RunState::kRunning ||
           (!replica.host.empty() && (row.address.empty() || row.address == replica.host)));
      if (settled) return replica;
    }
  }
  return inspect(row.id);
}

std::unique_ptr<Watch> DockerEngine::watch(std::function<void()> on_hint) {
  return std::make_unique<DockerEvents>(
      api_, options_.installation, [this](const std::string& id) { forget(id); },
      std::move(on_hint));
}

Result<void> DockerEngine::logs(const domain::ReplicaKey& key, const LogQuery& query,
                                const LogSink& sink) {
  auto read = read_docker_logs(api_, container_name(options_.installation, key), query, sink);
  if (!read && read.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no replica '{}'", key.id()));
  }
  return read;
}

Result<void> DockerEngine::remove_network() {
  TRY(remove_docker_network(api_, network_));
  std::lock_guard lock(mutex_);
  network_is_there_ = false;
  return {};
}

}  // namespace slipway::engine
