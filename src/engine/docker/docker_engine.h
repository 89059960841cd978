#pragma once
// Replicas as containers of Docker or podman, over the engine's REST API. One object per
// installation and socket; any thread. Holds nothing that labels on the containers do not say: the
// cache below only spares inspections.
//
// A replica is reached by its address on the installation's own bridge network (docker_network.h);
// no port is published. What a container may do is in container_spec.h.

#include <sys/types.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "call/http_client.h"
#include "engine/docker/container_spec.h"
#include "engine/docker/container_state.h"
#include "engine/docker/container_stats.h"
#include "engine/docker/docker_api.h"
#include "engine/docker/socket_folders.h"
#include "engine/key_lock.h"
#include "engine/replica_engine.h"

namespace slipway::engine {

struct DockerEngineOptions {
  std::string socket = "/var/run/docker.sock";
  std::string installation;  // id of this installation: what bears it as a label is ours
  // Where replicas' Unix sockets are to be found; it is made by whoever names it. Empty: replicas
  // are offered none.
  std::filesystem::path sockets = {};
};

class DockerEngine final : public ReplicaEngine {
 public:
  // `client` must outlive the engine. Does not talk to the engine yet: one that is away now may
  // come.
  DockerEngine(call::HttpClient& client, DockerEngineOptions options);

  Capabilities capabilities() const override;
  Result<void> ping() override;
  Result<Capacity> capacity() override;
  ImageSight find_image(const std::string& image, const CredentialLookup& credentials) override;
  Result<void> ensure_image(const std::string& image, const CredentialLookup& credentials) override;
  Result<void> start(const ReplicaSpec& spec) override;
  using ReplicaEngine::stop;
  Result<void> stop(const domain::ReplicaKey& key, std::chrono::seconds grace,
                    const std::function<void()>& before_removal) override;
  Result<std::vector<ObservedReplica>> observe() override;
  Result<std::vector<ReplicaResources>> resources() override;
  std::unique_ptr<Watch> watch(std::function<void()> on_hint) override;
  Result<void> logs(const domain::ReplicaKey& key, const LogQuery& query,
                    const LogSink& sink) override;

  // For the end of an installation (demo, tests): its network, once no replica is on it.
  Result<void> remove_network();
  const std::string& network() const { return network_; }

 private:
  struct Known {
    std::string state_text;
    ObservedReplica replica;
  };

  struct Connection {
    DockerVersion version;
    OutOfMemoryReport out_of_memory_report = OutOfMemoryReport::kTold;
  };

  Result<Connection> connect() const;
  Result<void> prepare_network(EngineKind kind);
  Result<void> create_and_start(const ReplicaSpec& spec, EngineKind kind);
  // The container of this name or id when it is ours; empty when there is none.
  Result<std::optional<ObservedReplica>> inspect(const std::string& name);
  Result<void> settle_conflict(const ReplicaSpec& spec, const std::string& name);
  Result<void> start_container(const std::string& name);
  Result<void> remove_container(const std::string& name);
  Result<std::vector<ContainerRow>> list();
  Result<void> sweep_sockets();
  Result<pid_t> first_process(const std::string& container_id);
  Result<std::optional<ContainerStats>> ask_for_stats(const std::string& container_id);
  Result<std::optional<ObservedReplica>> look_closer(const ContainerRow& row);
  void forget(const std::string& container_id);

  const DockerEngineOptions options_;
  const std::string network_;
  mutable DockerApi api_;
  const SocketFolders sockets_;
  std::atomic<bool> sockets_are_swept_ = false;
  KeyLocks keys_;

  std::mutex network_mutex_;  // held over the making of the network; taken before mutex_
  mutable std::mutex mutex_;
  mutable std::optional<Connection> connection_;
  bool network_is_there_ = false;
  std::map<std::string, Known> known_;            // by container id
  std::map<std::string, pid_t> first_processes_;  // the same
};

}  // namespace slipway::engine
