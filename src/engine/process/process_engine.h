#pragma once
// Replicas as plain processes of this machine, for machines where no container engine may run: a
// model folder (model_folder.h), started by a shim (replica_shim.h), on a port of its own. It
// isolates nothing: models share this machine's files and network, and say so in capabilities().
//
// One object per state folder; any thread. Everything that it knows is in the state folder
// (replica_folder.h), so a new object finds again what an old one started.

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "engine/key_lock.h"
#include "engine/process/replica_folder.h"
#include "engine/process/resource_groups.h"
#include "engine/replica_engine.h"
#include "os/child.h"

namespace slipway::engine {

struct ProcessEngineOptions {
  std::filesystem::path models_root;
  std::filesystem::path state;  // made with mode 0700
  std::string installation;
  // What runs run_replica_shim(): a program and its arguments.
  std::vector<std::string> shim_command = {"/proc/self/exe", "replica-shim"};
  std::optional<os::RunAs> run_as;  // of the models; only root can grant it
  uint16_t first_port = 20000;      // below the range that the kernel gives to outgoing connections
  uint16_t last_port = 29999;
};

class ProcessEngine final : public ReplicaEngine {
 public:
  static Result<std::unique_ptr<ProcessEngine>> create(ProcessEngineOptions options);

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

  // For the end of an installation: its control groups, once no replica is left.
  void remove_resource_groups() { groups_.remove_all(); }

 private:
  ProcessEngine(ProcessEngineOptions options, ResourceGroups groups)
      : options_(std::move(options)), groups_(std::move(groups)) {}

  ReplicaFolder folder_of(const domain::ReplicaKey& key) const;
  std::filesystem::path changes_file() const { return options_.state / "changes"; }
  std::vector<ReplicaFolder> folders() const;
  Result<uint16_t> choose_port(const domain::ReplicaKey& key) const;
  Result<void> launch(const ReplicaFolder& folder, const ReplicaSpec& spec);
  void say_changed() const;

  const ProcessEngineOptions options_;
  const ResourceGroups groups_;
  KeyLocks keys_;
  std::mutex port_mutex_;  // from the choice of a port until it stands in a record
};

}  // namespace slipway::engine
