#pragma once
// What one attempt at a replica tells of its health, and the counting of that: between an exchange,
// which knows what happened, and ReplicaHealth, which judges it. Control is not watched: there is
// no other to prefer.
//
// A member of its exchange; worker's thread only.

#include <array>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "gateway/replica_health.h"
#include "gateway/upstream.h"
#include "gateway/upstream_connection.h"
#include "gateway/worker_random.h"

namespace slipway::gateway {

class ReplicaWatch {
 public:
  // The attempt begins, on `replica`, which stays until finish().
  void begin(Upstream& replica, Monotonic now);
  // A trial has a connection of its own: whether one can be made is the first question, and a
  // request that gets none may be sent to another.
  bool is_trial() const { return standing_ == Standing::kTrial; }

  // The head of a reply came.
  void answered() {
    if (standing_ != Standing::kUsual) return_replica();
  }
  // All of it did.
  void succeeded() {
    answered();
    if (replica_ != nullptr) replica_->health.succeeded();
  }
  void failed(Fault fault, Monotonic now, QuickRandom& random);
  // `http2`: on a connection of HTTP/2, which a caller chose by calling gRPC. A replica that does
  // not speak it breaks that off at once, and is well all the same: only what began is judged.
  void lost(const Loss& loss, bool http2, Monotonic now, QuickRandom& random);
  // The attempt is over, whatever of the above came before.
  void finish() {
    if (standing_ != Standing::kUsual) give_up();
    replica_ = nullptr;
  }

 private:
  void return_replica();
  void give_up();

  Upstream* replica_ = nullptr;  // null: nothing is to be told, or nothing more
  Standing standing_ = Standing::kUsual;
};

}  // namespace slipway::gateway
