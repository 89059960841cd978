#pragma once
// Control's side of the snapshot feed, for tests of a gateway: publishes snapshots to whoever polls
// and remembers what was acknowledged and which traffic was reported. Listens on a free port of the
// loopback interface.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "os/fd.h"
#include "snapshot/ack.h"
#include "snapshot/snapshot.h"
#include "snapshot/traffic.h"
#include "support/wire.h"

namespace slipway::test {

class ScriptedControl {
 public:
  ScriptedControl();
  ~ScriptedControl();

  uint16_t port() const { return port_; }
  // Answers waiting polls at once. The version is the next one unless `snapshot` has one.
  uint64_t publish(snapshot::Snapshot snapshot);
  // Raw bytes instead of a snapshot, as a broken control would send.
  void publish_bytes(uint64_t version, std::string bytes);
  // The last poll's acknowledgement.
  snapshot::Ack acknowledged() const;
  uint64_t polls() const { return polls_.load(); }
  // The traffic reports that were taken, oldest first, each number of a run once.
  std::vector<snapshot::TrafficReport> traffic() const;
  // Refuses so many of the next traffic reports.
  void refuse_traffic(int reports) { refusals_ = reports; }
  // Takes so many of the next ones, and the answer is lost.
  void lose_answers(int reports) { lost_answers_ = reports; }

 private:
  void serve();
  void take_traffic(Wire& wire, const std::string& body);

  os::UniqueFd listener_;
  uint16_t port_ = 0;
  mutable std::mutex mutex_;
  uint64_t version_ = 0;
  std::string control_id_ = "test";
  std::string encoded_;
  snapshot::Ack ack_;
  std::vector<snapshot::TrafficReport> traffic_;
  std::atomic<int> refusals_{0};
  std::atomic<int> lost_answers_{0};
  std::atomic<uint64_t> polls_{0};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace slipway::test
