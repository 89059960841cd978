#pragma once
// Requests of one route that found every replica at its limit, in the order in which they came. One
// a limited route and worker, kept over snapshots by deployment: who waits goes on by the newest
// routes. Requests whose connection has switched protocols stand in one, too, to hear of new
// routes.
//
// The list runs through the waiting objects themselves, so nothing allocates. Worker's thread only;
// owned by the RouteDirectory and the upstreams of the route. Who waits belongs to itself, and
// leaves when it is destroyed.

#include <cstddef>
#include <cstdint>

#include "os/reactor.h"

namespace slipway::gateway {

class WaitQueue;

class Waiting {
 public:
  // A replica may have room. False: there is none, and it waits on. Else it has left the queue.
  virtual bool on_room() = 0;
  // There are new routes, of the same queue or not. False: it does not wait any more. It is out of
  // the queue while this is called.
  virtual bool on_new_routes() = 0;

  bool waits() const { return queue_ != nullptr; }

 protected:
  Waiting() = default;
  virtual ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  friend class WaitQueue;
  WaitQueue* queue_ = nullptr;  // null: it does not wait
  Waiting* before_ = nullptr;
  Waiting* behind_ = nullptr;
};

class WaitQueue {
 public:
  WaitQueue();
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;

  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }

  // At the end.
  void join(Waiting& waiting);
  // Nothing when it does not wait.
  static void leave(Waiting& waiting);

  // A request on a replica of the route has ended: serve(), once all of this turn's events are
  // told.
  void serve_soon(os::Reactor& reactor) {
    if (!empty()) reactor.arm_at_turn_end(turn_end_);
  }
  // Lets them go on from the front, for as long as there is room.
  void serve();
  // Tells each of them, and keeps the order.
  void tell_new_routes();

 private:
  Waiting* first_ = nullptr;
  Waiting* last_ = nullptr;
  size_t size_ = 0;
  os::Timer turn_end_;
};

// Of one worker: its share of `limit`, which is of the whole gateway. Workers share nothing, so
// each gets an equal part, rounded up.
constexpr uint32_t share_of(uint32_t limit, unsigned workers) {
  return limit / workers + (limit % workers == 0 ? 0 : 1);
}

// How many may wait for `replicas` that take `share` requests each: four rounds of them, and at
// least so many that a burst finds room.
constexpr size_t queue_room(uint32_t share, size_t replicas) {
  constexpr size_t kRounds = 4;
  constexpr size_t kLeast = 32;
  const size_t room = kRounds * share * replicas;
  return room < kLeast ? kLeast : room;
}

}  // namespace slipway::gateway
