#pragma once
// One deployment on this node: what is known of its replicas, and from that the next orders for the
// engine. Joins the planner (what to do) with memory (failures, probes, orders under way). Does no
// I/O, starts no thread and takes no lock: PlannedWorkloads owns it, feeds it under its lock what
// engine, probes and gateways say, and carries its orders out. After our own restart it is rebuilt
// wholly from what the engine sees.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "control/readiness_probe.h"
#include "engine/workload_engine.h"
#include "planner/group_share.h"
#include "planner/rollout.h"
#include "planner/surge.h"

namespace slipway::control {

// What shall be done now. Everything in it counts as under way until its outcome is told.
struct WorkloadOrders {
  struct Image {
    int64_t revision = 0;  // as in keys
    std::string image;
    std::string group;
    std::string pull_secret;  // "": none
  };
  struct Probe {
    domain::ReplicaKey key;
    std::string run;
    ProbeTarget target;
  };
  std::vector<Image> images;
  std::vector<engine::ReplicaSpec> starts;
  std::vector<domain::ReplicaKey> stops;
  std::vector<domain::ReplicaKey> logs;  // fetch the last lines
  std::vector<Probe> probes;             // watch these from now on
  std::vector<domain::ReplicaKey> unprobes;
  std::optional<Monotonic> wake_at;
};

class WorkloadMachine {
 public:
  // Three failures of its image in a row are no hiccup any more (design.md §3: say so early).
  static constexpr int kBrokenAfter = 3;
  // So many failed probes make a ready replica unready; one success makes it ready again.
  static constexpr int kUnreadyAfter = 3;
  // After our own restart, running replicas are asked before anything is decided: each until it has
  // answered once or failed as often as a ready one may. Gateways serve the earlier snapshot
  // meanwhile, so waiting costs nothing; the bound is for probes that hang.
  static constexpr std::chrono::seconds kSettleTime{30};
  // One that exists and was not started so long after nobody starts it is left over from a start
  // that was cut off, by our own end or the engine's.
  static constexpr std::chrono::seconds kNeverStartedAfter{2};
  // A replica that starts is in trouble, for people, when it is not ready after so long.
  static constexpr std::chrono::seconds kQuietStart{10};

  WorkloadMachine(std::string deployment_id, engine::Capabilities capabilities, Random& random);

  const std::string& deployment_id() const { return deployment_id_; }

  void apply(const engine::Workload& workload, Monotonic now);
  // From now on nothing of it shall be left; gone() when that is so.
  void remove();
  bool gone() const;

  // `stamp` orders observations and orders: an observation that began before an order ended says
  // nothing about that order's replica. Stamps grow by the owner.
  // True: it tells something new.
  bool see(std::span<const engine::ObservedReplica> replicas, uint64_t began, Monotonic now,
           Timestamp wall);
  // True: the outcome says something new.
  bool probed(const domain::ReplicaKey& key, const std::string& run, const ProbeOutcome& outcome,
              Monotonic now, Timestamp wall);
  void image_done(int64_t revision, const Result<void>& outcome, std::chrono::milliseconds took,
                  Monotonic now);
  void started(const domain::ReplicaKey& key, const Result<void>& outcome, uint64_t stamp,
               Monotonic now, Timestamp wall);
  void stopped(const domain::ReplicaKey& key, const Result<void>& outcome, uint64_t stamp,
               Monotonic now);
  void logs_fetched(const domain::ReplicaKey& key, std::vector<engine::LogLine> lines);

  // `room`: how many more replicas of wanted_size() fit on the node. `share`: of the group's quota;
  // null: it has none.
  WorkloadOrders step(int room, const planner::Share* share,
                      const engine::RoutingConfirmed& confirmed, Monotonic now);
  // What it wants of its group's quota; none: it shall go, or nobody said yet what it is.
  std::optional<planner::ShareAsked> share_asked() const;
  // The group and its quota; null: unknown yet, or without any limit.
  const engine::Workload* limited_workload() const;

  // There are running replicas that were adopted and of which it is not known yet whether they are
  // ready.
  bool settling(Monotonic now) const;
  // Nothing is under way: what is wanted serves and nothing else is left. What gateways acknowledge
  // then changes nothing.
  bool at_rest() const;
  planner::Resources placed() const;
  planner::Resources wanted_size() const;

  // What control shows and routes. Hands the routable replicas out: from then on they count as in
  // use until a later view says otherwise. True in `*changed` when a plan may depend on that.
  engine::ObservedWorkload view(bool* changed);

 private:
  enum class Order { kNone, kStart, kStop };

  struct Tracked {
    engine::ObservedReplica observed;
    domain::ReplicaState state = domain::ReplicaState::kStarting;
    Monotonic since{};
    Timestamp since_wall{};
    Order order = Order::kNone;
    uint64_t order_ended = 0;
    uint64_t listed = 0;  // the look that had it last
    std::optional<Monotonic> stop_again_at;
    std::string probed_run;   // the run the schedule asks; empty: none
    bool asked_once = false;  // the present run has answered or failed a probe
    int failed_probes = 0;
    std::string cause;       // of the last failed probe, or of the end
    bool log_asked = false;  // for the trouble of its present state
    bool routable = false;
    bool handed_out = false;
  };
  struct Memory {  // survives the removal of a replica
    int failures = 0;
    int starts = 0;
    Monotonic not_before{};
    std::string cause;
    Timestamp failed_at{};
    engine::ObservedReplica ended;
    std::vector<engine::LogLine> log;
    bool log_wanted = false;   // to be ordered
    bool log_pending = false;  // its last words are not known yet, so the cause is not told yet
  };
  struct ImageState {
    enum { kUnknown, kFetching, kPresent } state = kUnknown;
    int failures = 0;
    Monotonic not_before{};
    std::optional<Error> error;
    std::optional<std::chrono::milliseconds> took;
  };

  const engine::WorkloadRevision* revision_of(int64_t key_revision) const;
  static std::string run_of(const engine::ObservedReplica& replica);
  void enter(Tracked& tracked, domain::ReplicaState state, Monotonic now, Timestamp wall);
  void note_end(const domain::ReplicaKey& key, Tracked& tracked, Monotonic now, Timestamp wall);
  void note_failure(const domain::ReplicaKey& key, Monotonic now, Timestamp wall);
  bool note_probe(Tracked& tracked, const ProbeOutcome& outcome, Monotonic now, Timestamp wall);
  planner::Desired desired() const;
  planner::Situation situation(int room, const planner::Share* share,
                               const engine::RoutingConfirmed& confirmed, Monotonic now) const;
  void order_starts(const planner::Plan& plan, Monotonic now, WorkloadOrders* orders);
  void order_probes(WorkloadOrders* orders);
  bool wanted_is_broken() const;
  bool has_unasked(Monotonic now) const;
  bool is_late(const Tracked& tracked) const;
  std::optional<domain::ReplicaTrouble> worst_trouble() const;
  // What replicas of that revision run; "" when it is neither wanted nor proven.
  std::string image_of(int64_t revision) const;

  const std::string deployment_id_;
  const engine::Capabilities capabilities_;
  Random& random_;

  std::optional<engine::Workload> workload_;
  bool removing_ = false;
  std::map<domain::ReplicaKey, Tracked> replicas_;
  std::map<domain::ReplicaKey, Memory> memory_;
  std::map<domain::ReplicaKey, uint64_t> removed_;  // stamps of ended stops, see see()
  std::map<int64_t, ImageState> images_;
  std::optional<Monotonic> deadline_;
  std::optional<Monotonic> settle_until_;
  std::optional<Error> start_error_;
  planner::Plan plan_;  // the last
  int held_ = 0;        // places in the group's quota in which replicas have lived
  std::string waits_;   // for that quota; empty: it does not
  Monotonic stepped_at_{};
  bool planned_once_ = false;
};

}  // namespace slipway::control
