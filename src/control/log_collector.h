#pragma once
// Brings every replica's output into the log store, from its first line to its last: over restarts
// of the replica, stops and deletes, and our own restart.
//
// Threads. A replica's output is followed by a thread of its own as long as there are at most
// `followers` of them: new lines are stored at once. The others are looked at in turn by two
// threads, every second while they write and every five when they do not. So ten thousand replicas
// cost no ten thousand threads; and an engine that is asked quickly (Capabilities::quick_logs) is
// never followed at all. An exited replica gives its thread back.
//
// Nothing is lost at an end: before a replica is removed, finish() reads what is left. Below the
// free space that the disk must keep, nothing is stored; afterwards reading goes on where it
// stopped, and what engines still have is stored then.
//
// Made by ControlPlane before PlannedWorkloads, which tells it what runs, and ended after it; any
// thread.

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "control/log_reading.h"
#include "engine/replica_engine.h"
#include "logs/log_store.h"
#include "logs/log_writer.h"
#include "logs/replay.h"
#include "os/thread_pool.h"

namespace slipway::control {

struct LogCollectorParts {
  engine::ReplicaEngine& engine;
  logs::LogStore& store;
  // Whose the logs of a deployment are; none: there is no such deployment.
  std::function<std::optional<logs::LogOwner>(const std::string& deployment_id)> owner_of;
  const Clock& clock;
  Logger logger;
  size_t followers = 64;
};

class LogCollector {
 public:
  explicit LogCollector(LogCollectorParts parts);
  ~LogCollector();
  LogCollector(const LogCollector&) = delete;
  LogCollector& operator=(const LogCollector&) = delete;

  // All that the engine has now. Never blocks.
  void see(const std::vector<engine::ObservedReplica>& replicas);
  // Was it seen to have exited? Asked before it is stopped, to tell an end of its own from ours.
  bool has_exited(const domain::ReplicaKey& key) const;
  // The replica's process has ended and its log is about to go: returns when all of it is stored,
  // or cannot be.
  void finish(const domain::ReplicaKey& key, bool by_itself);
  // A line of our own about a deployment. May block on the disk.
  void note(const std::string& deployment_id, logs::Stream stream, std::string_view text);

 private:
  struct Source {
    Source(domain::ReplicaKey k, std::string i) : key(std::move(k)), identity(std::move(i)) {}
    const domain::ReplicaKey key;
    const std::string identity;  // of its process, the same after our restart
    // Under the mutex:
    bool ended = false;     // nothing is written any more
    bool complete = false;  // and all of it is stored
    bool gone = false;      // the engine does not have it any more
    bool busy = false;      // somebody reads it: what follows is theirs
    uint64_t seen_at = 0;   // the look of see() that had it last
    Monotonic next_look{};
    std::chrono::milliseconds pace{0};
    engine::ObservedReplica last_seen;
    // Of whoever made it busy:
    std::filesystem::path folder;
    std::unique_ptr<logs::LogWriter> writer;
    // What looking again starts from; none: to be loaded.
    std::optional<logs::Replay> replay;
    bool problem_told = false;
    bool looked = false;  // once to the end: from now on only the newest lines are read again
  };
  using SourcePtr = std::shared_ptr<Source>;
  struct Follower {
    std::thread thread;
    bool done = false;
  };

  void run();
  void dispatch(std::unique_lock<std::mutex>& lock);
  void follow(const SourcePtr& source);
  void look(const SourcePtr& source);
  // Makes it busy for the caller, when nobody else has it; null: it is not there any more, or not
  // to be had.
  SourcePtr take(const domain::ReplicaKey& key);
  // Under the mutex, by whoever made it busy. forget() also takes it out of sight.
  void release(const SourcePtr& source);
  void forget(const SourcePtr& source);
  void drop_gone(std::unique_lock<std::mutex>& lock);
  engine::ObservedReplica last_seen(const Source& source) const;
  // Reads what is new; true: to the end of what the engine had.
  bool read(Source& source, bool follow);
  Result<void> open_writer(Source& source);
  void close(Source& source);
  Result<std::filesystem::path> folder_of(const std::string& deployment_id) const;
  void seal_leftovers();
  void look_at_disk();
  void sweep();
  void tell_problem(Source& source, const Error& error);
  bool is_ending() const;

  const LogCollectorParts parts_;
  const bool follows_;

  mutable std::mutex mutex_;
  // Those who wait for one source; thousands of sources change a second.
  std::condition_variable changed_;
  // The loop, which looks at all of them: only for what does not bear its next turn.
  std::condition_variable work_;
  bool gone_waits_ = false;  // somebody may be gone and not busy
  std::map<domain::ReplicaKey, SourcePtr> sources_;
  std::list<Follower> followers_;
  size_t following_ = 0;
  uint64_t looks_ = 0;  // of see()
  bool ending_ = false;

  std::mutex note_mutex_;

  std::unique_ptr<os::ThreadPool> lookers_;
  std::thread loop_;
};

}  // namespace slipway::control
