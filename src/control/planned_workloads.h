#pragma once
// A WorkloadEngine made of a planner and a ReplicaEngine: whole deployments on this node. One loop
// thread looks (engine, probes, acknowledgements), plans every deployment that something happened
// to, and gives the orders to a few threads that carry them out; so a slow pull or stop delays
// nobody else's start. Keeps nothing on disk: after a restart everything is found again.
//
// Made by main after the feed and before the reconciler; destroyed before the feed. Any thread may
// call it. observe() fails (kUnavailable) until the engine has been seen once and what it ran had a
// moment to answer its probe: before that nobody may conclude that nothing runs.

#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "control/log_collector.h"
#include "control/probe_schedule.h"
#include "control/readiness_probe.h"
#include "control/workload_machine.h"
#include "engine/registry_credentials.h"
#include "engine/replica_engine.h"
#include "engine/workload_engine.h"
#include "os/thread_pool.h"

namespace slipway::control {

struct PlannedWorkloadsParts {
  engine::ReplicaEngine& engine;
  // Null: every image is pulled without any.
  engine::CredentialSource* credentials = nullptr;
  Prober& prober;
  engine::RoutingConfirmed confirmed;
  // Null: nobody keeps what replicas say.
  LogCollector* logs = nullptr;
  const Clock& clock;  // runs like the steady clock
  Random& random;
  Logger logger;
};

class PlannedWorkloads final : public engine::WorkloadEngine {
 public:
  // Hints may be lost: look again at least so often.
  static constexpr std::chrono::seconds kResync{5};
  // While the engine does not answer, it is asked in growing steps up to this.
  static constexpr std::chrono::milliseconds kEngineRetryFirst{200};
  static constexpr std::chrono::milliseconds kEngineRetryLongest{5'000};
  // A drained replica has nothing to finish; who ignores SIGTERM is killed after this.
  static constexpr std::chrono::seconds kStopGrace{5};

  explicit PlannedWorkloads(const PlannedWorkloadsParts& parts);
  ~PlannedWorkloads() override;

  engine::Capabilities capabilities() const override;
  Result<void> ping() override;
  Result<engine::Capacity> capacity() override;
  engine::ImageSight find_image(const engine::WantedImage& wanted) override;
  int room_for(const domain::InstanceType& type) override;
  Result<void> apply(const engine::Workload& workload) override;
  Result<void> remove(const std::string& deployment_id) override;
  Result<std::vector<engine::ObservedWorkload>> observe(
      const std::optional<std::set<std::string>>& only) override;
  std::unique_ptr<engine::Watch> watch(
      std::function<void(const std::string& deployment_id)> on_hint) override;
  Result<void> logs(const domain::ReplicaKey& key, const engine::LogQuery& query,
                    const engine::LogSink& sink) override;

  // The gateways acknowledged something, or other gateways are there: what is under way goes on.
  void routing_changed();

 private:
  class Listener;
  struct Slot {
    WorkloadMachine machine;
    bool dirty = true;
    std::optional<Monotonic> wake_at;
  };

  void run();
  engine::ObservedWorkload view_of(Slot& target);
  void look_at_engine(std::unique_lock<std::mutex>& lock);
  void take_observation(std::vector<engine::ObservedReplica> replicas, uint64_t began);
  std::vector<std::string> plan_all();
  planner::Resources placed() const;
  // What each deployment of the group may place now.
  using Shares = std::map<std::string, planner::Share>;
  Shares shares_of(const engine::Workload& member) const;
  // Its deployments share a quota: what one of them gave back another may take.
  void touch_group_of(const WorkloadMachine& machine);
  void carry_out(const std::string& deployment_id, WorkloadOrders orders);
  void fetch_image(const std::string& deployment_id, const WorkloadOrders::Image& image);
  void start(const engine::ReplicaSpec& spec);
  void stop(const domain::ReplicaKey& key);
  void fetch_log(const domain::ReplicaKey& key);
  void take_probe(const domain::ReplicaKey& key, const std::string& run,
                  const ProbeOutcome& outcome);
  Slot& slot(const std::string& deployment_id);
  // Under the lock: runs `change` on the machine, if it is there, and has it planned again.
  void with_machine(const std::string& deployment_id,
                    const std::function<void(WorkloadMachine&)>& change);
  bool is_ending();
  // What a pull for that group may say to registries.
  engine::CredentialLookup credentials_of(std::string group, std::string pull_secret) const;
  void tell(const std::vector<std::string>& deployment_ids);

  engine::ReplicaEngine& engine_;
  engine::CredentialSource* const credentials_;
  const engine::RoutingConfirmed confirmed_;
  LogCollector* const collector_;
  const Clock& clock_;
  Random& random_;
  const Logger logger_;
  const engine::Capabilities capabilities_;

  std::mutex listeners_mutex_;  // taken before any other, held during the calls
  std::list<Listener*> listeners_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::map<std::string, Slot> slots_;
  std::map<std::string, std::set<std::string>> groups_;  // name -> its deployments
  std::optional<engine::Capacity> node_;
  std::optional<std::string> engine_problem_;
  std::chrono::milliseconds engine_retry_{kEngineRetryFirst};
  Monotonic next_look_{};
  uint64_t stamp_ = 0;
  // Every machine is asked at the next plan, whatever is known to have happened to it.
  bool plan_everything_ = true;
  bool look_now_ = true;
  bool work_ = true;
  bool seen_once_ = false;
  bool ending_ = false;

  // Last: they end first, while all they use is still there.
  std::unique_ptr<os::ThreadPool> images_;
  std::unique_ptr<os::ThreadPool> starts_;
  std::unique_ptr<os::ThreadPool> stops_;
  std::unique_ptr<os::ThreadPool> logs_;
  std::unique_ptr<ProbeSchedule> probes_;
  std::unique_ptr<engine::Watch> engine_watch_;
  std::thread loop_;
};

}  // namespace slipway::control
