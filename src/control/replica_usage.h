#pragma once
// Keeps the table of replica spans true to what runs: opens a row when a run of a replica is seen
// first, closes it with the engine's word about its end, or with the time when it was missed.
// Writes only when something began or ended, and once in kHeartbeat that all of it is still there,
// so that after a kill -9 a run that went away meanwhile ends where it was seen last.
//
// Owned by the reconciler, on its thread. A failed write is made up for by the next look.

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "engine/workload_engine.h"
#include "store/replica_spans.h"
#include "store/store.h"

namespace slipway::control {

class ReplicaUsage {
 public:
  static constexpr std::chrono::seconds kHeartbeat{60};
  // What is missed after a pause no longer than this ended now; after a longer one (the engine or
  // we were away) nobody knows more than when it was seen last.
  static constexpr std::chrono::seconds kSteadyLook{15};

  // References outlive it.
  ReplicaUsage(store::Store& store, const Clock& clock, Logger logger);

  // `observed` holds all that there is of the deployments in `scope`; none: of every one.
  void look(const std::optional<std::set<std::string>>& scope,
            const std::map<std::string, engine::ObservedWorkload>& observed);

 private:
  struct Known {
    store::ReplicaRun run;
    bool ended = false;
    Timestamp seen_at{};
  };
  using Runs = std::vector<Known>;
  struct Begin {
    domain::ReplicaKey key;
    store::ReplicaRun run;
    std::optional<Timestamp> ended_at;
  };
  struct End {
    store::ReplicaRun run;
    Timestamp ended_at{};
  };
  struct Changes {
    std::vector<Begin> begins;
    std::vector<End> ends;
    std::map<std::string, Runs> runs;  // of deployments that are known differently from now on
  };

  bool load();
  void look_at(const std::string& deployment_id, const engine::ObservedWorkload* observed,
               Timestamp now, Changes& changes);
  Result<void> write(const Changes& changes, bool heartbeat, Timestamp now);

  store::Store& store_;
  const Clock& clock_;
  const Logger logger_;
  bool loaded_ = false;
  std::map<std::string, Runs> known_;
  std::optional<Timestamp> heartbeat_;
};

}  // namespace slipway::control
