#pragma once
// Control's side of the snapshot feed, for tests of a gateway: publishes snapshots to whoever polls
// and remembers what was acknowledged and which usage was reported. Listens on a free port of the
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
  // Bodies of the usage reports that were taken, oldest first.
  std::vector<std::string> usage() const;
  // Refuses so many of the next usage reports.
  void refuse_usage(int reports) { refusals_ = reports; }

 private:
  void serve();

  os::UniqueFd listener_;
  uint16_t port_ = 0;
  mutable std::mutex mutex_;
  uint64_t version_ = 0;
  std::string control_id_ = "test";
  std::string encoded_;
  snapshot::Ack ack_;
  std::vector<std::string> usage_;
  std::atomic<int> refusals_{0};
  std::atomic<uint64_t> polls_{0};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

}  // namespace slipway::test
