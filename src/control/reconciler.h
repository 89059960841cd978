#pragma once
// The loop that makes the world agree with the store: loads what shall run, applies it to the
// workload engine, looks at what does run, publishes routes to the gateways, and writes down status
// and timeline when they changed. Woken by commits, by hints of the engine and by gateways, it
// looks at what they speak about, so that a change costs the same among ten deployments and ten
// thousand; it looks at everything again every kResync. Any step may fail and is done again:
// nothing is remembered that the store, the engine and the gateways could not tell again after a
// kill -9.
//
// Made by main after store, engine and feed, destroyed before them. Publishes nothing before the
// engine has said what runs, so that a restart never tells gateways of an empty world.

#include <condition_variable>
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
#include "control/desired_state.h"
#include "control/gateway_feed.h"
#include "control/outbox.h"
#include "control/replica_usage.h"
#include "control/replica_views.h"
#include "control/timeline.h"
#include "engine/workload_engine.h"
#include "store/store.h"

namespace slipway::control {

struct ReconcilerParts {
  store::Store& store;
  engine::WorkloadEngine& workloads;
  GatewayFeed& feed;
  engine::RoutingConfirmed confirmed;
  const Clock& clock;
  Logger logger;
  // Null: nobody is told.
  const Outbox* outbox = nullptr;
};

class Reconciler final : public ReplicaViews {
 public:
  static constexpr std::chrono::seconds kResync{5};
  // After a failure of store or engine.
  static constexpr std::chrono::milliseconds kRetry{200};
  // An engine that was not there at our start is reported in the statuses after this; earlier it
  // may just be looking at what runs.
  static constexpr std::chrono::seconds kQuietStart{5};

  explicit Reconciler(const ReconcilerParts& parts);
  ~Reconciler() override;

  std::vector<engine::WorkloadReplica> replicas(const std::string& deployment_id) override;

  // Gateways acknowledged something. Any thread.
  void wake();
  // Has published at least once: what runs is known.
  bool has_published() const;

 private:
  using ObservedById = std::map<std::string, engine::ObservedWorkload>;
  // Which deployments a pass looks at; none: all.
  using Scope = std::optional<std::set<std::string>>;
  struct Change {  // to be written for one deployment
    std::optional<domain::Status> status;
    std::vector<domain::Event> events;
    std::optional<int64_t> proven;
    std::string waits;  // since now, for the group's quota
    bool empty() const { return !status && events.empty() && !proven; }
  };

  enum class Pass {
    kDone,
    kUnseen,  // nobody could say what runs: again soon, or at the next hint
    kFailed   // again after a pause
  };

  void run();
  Pass pass();
  Scope take_scope();
  bool load(Scope& scope);
  void apply_all();
  bool observe(const Scope& scope);
  domain::Status judge(const DesiredDeployment& desired, const ObservedById& observed) const;
  // The status of each that is looked at; what that means for its route is noted.
  std::map<std::string, domain::Status> judge_all(const Scope& scope);
  void set_route(const std::string& id, std::optional<snapshot::Route> route);
  void publish(const Scope& scope);
  void publish_access(const Scope& scope);
  void publish_routes();
  bool record(const std::map<std::string, domain::Status>& statuses);
  bool write(const std::map<std::string, Change>& changes);
  Result<void> tell(store::WriteTransaction& tx, const domain::Deployment& deployment,
                    const Change& change, Timestamp now) const;
  void finish_deletions();
  void remove_orphans(const Scope& scope);
  void report_unobserved(const Error& error);

  store::Store& store_;
  engine::WorkloadEngine& workloads_;
  GatewayFeed& feed_;
  const engine::RoutingConfirmed confirmed_;
  const Clock& clock_;
  const Logger logger_;
  const Outbox* const outbox_;
  const Monotonic started_;

  // Of the loop's thread only.
  bool loaded_ = false;
  std::set<std::string> loaded_at_start_;
  std::map<std::string, DesiredDeployment> desired_;
  ObservedById observed_;
  std::map<std::string, snapshot::Route> routes_;
  bool routes_changed_ = true;
  // Deployments that gateways' acknowledgements may bring forward.
  std::set<std::string> unsettled_;
  std::set<std::string> to_apply_;
  Monotonic next_resync_{};
  std::map<std::string, uint64_t> unrouted_in_;  // deleted -> first version without its route
  Timeline timeline_;
  ReplicaUsage usage_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool work_ = true;
  bool reload_all_ = true;
  std::set<std::string> reload_;
  std::set<std::string> hinted_;
  bool published_ = false;
  bool ending_ = false;
  std::map<std::string, std::vector<engine::WorkloadReplica>> views_;

  store::ChangeFeed::Subscription commits_;
  std::unique_ptr<engine::Watch> hints_;
  std::thread loop_;
};

}  // namespace slipway::control
