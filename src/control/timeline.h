#pragma once
// Turns what was observed, one look after the other, into lines for people: pulled, started, ready,
// unready, failed, stopped, routed, with how long it took. Owned by the reconciler, on its thread.
// The first look after our own start is only remembered: what happened before was told before.

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/deployment.h"
#include "domain/event.h"
#include "domain/status.h"
#include "engine/workload_engine.h"

namespace slipway::control {

class Timeline {
 public:
  // `fresh`: this deployment was accepted after our start, so nothing of it was told before.
  std::vector<domain::Event> look(const engine::ObservedWorkload& observed,
                                  const domain::Spec& wanted, bool fresh, Timestamp now);
  // The line for a deployment that has just become Deployed.
  static domain::Event routed(const domain::Deployment& deployment, const domain::Status& status,
                              Timestamp now);
  void forget(const std::string& deployment_id);

 private:
  struct SeenReplica {
    std::string run;
    domain::ReplicaState state = domain::ReplicaState::kStarting;
    bool running = false;
    bool end_told = false;
  };
  struct Seen {
    std::map<std::string, SeenReplica> replicas;
    int64_t image_of = 0;  // generation whose image was told
  };
  std::map<std::string, Seen> seen_;
};

}  // namespace slipway::control
