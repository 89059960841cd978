#pragma once
// The GatewayFeed that control runs: the newest snapshot, encoded once; the long polls that wait
// for the next, without a thread for each; and what the gateways' acknowledgements mean for single
// replicas. Made by main before the engine side, destroyed after it. Any thread; nothing is called
// back under its lock. Never reaches into a gateway.

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "control/gateway_feed.h"
#include "control/gateway_register.h"
#include "control/routed_replicas.h"
#include "control/version_source.h"
#include "engine/workload_engine.h"

namespace slipway::control {

class SnapshotFeed final : public GatewayFeed {
 public:
  // After a start, gateways that still serve an earlier run's snapshot need a moment to say so.
  // Until one has come, or this is over, every replica counts as in use.
  static constexpr std::chrono::seconds kArrivalGrace{5};

  // `versions` is open; `clock` outlives the feed and runs like the steady clock. `key` is the one
  // of all clients' digests.
  SnapshotFeed(std::string control_id, const snapshot::DigestKey& key, VersionSource versions,
               const Clock& clock, Logger logger);
  // Answers all polls that wait with nullptr.
  ~SnapshotFeed() override;

  // Is called, on any thread, after acknowledgements or gateways changed; it notes that and
  // returns, and never calls on_progress(). An empty one ends it, after a call under way has
  // returned.
  void on_progress(std::function<void()> listener);

  void publish(std::vector<snapshot::Route> routes) override;
  uint64_t adopted_everywhere() const override;
  uint64_t oldest_in_use() const override;
  std::shared_ptr<const snapshot::Snapshot> current() const override;
  std::vector<GatewayView> gateways() const override;
  void poll(const snapshot::Ack& ack, uint64_t after, std::chrono::milliseconds timeout,
            std::function<void(std::shared_ptr<const std::string> encoded)> answer) override;

  bool in_use(const domain::ReplicaKey& key) const;
  bool everywhere(const domain::ReplicaKey& key) const;
  engine::RoutingConfirmed confirmed() const;  // the two above; the feed must outlive it

 private:
  using Answer = std::function<void(std::shared_ptr<const std::string>)>;
  struct Waiting {
    std::string gateway;
    Monotonic deadline;
    Answer answer;
  };

  void run_timer();
  void tell_progress();

  const std::string control_id_;
  const snapshot::DigestKey key_;
  const Clock& clock_;
  const Logger logger_;
  const Monotonic started_;

  std::mutex listener_mutex_;  // taken before any other, held during the call
  std::function<void()> listener_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  VersionSource versions_;
  GatewayRegister register_;
  RoutedReplicas routed_;
  std::shared_ptr<const snapshot::Snapshot> current_;
  std::shared_ptr<const std::string> encoded_;
  std::vector<Waiting> waiting_;
  bool ending_ = false;
  std::thread timer_;
};

}  // namespace slipway::control
