#pragma once
// An engine without processes: replicas are entries of a table that behave as their image's name
// says (mock_behaviour.h) and as a test tells them to. For planner, control and crash tests, and
// for trying out the control plane on a machine that may run nothing.
//
// It reports readiness itself. Any thread may call anything. With a journal, what "runs" outlives
// the process. Times come from the Clock; delays that a caller shall feel pass in real time.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "engine/mock/mock_behaviour.h"
#include "engine/mock/mock_journal.h"
#include "engine/replica_engine.h"

namespace slipway::engine {

struct MockEngineOptions {
  std::optional<std::filesystem::path> journal;  // none: forgets all with the object
  // Where every replica says it can be reached. The discard port: nothing listens there.
  std::string host = "127.0.0.1";
  uint16_t port = 9;
  Capacity capacity{64'000, int64_t{256} * 1024 * 1024 * 1024};
};

class MockEngine final : public ReplicaEngine {
 public:
  // `clock` must outlive the engine. Fails when the journal cannot be read.
  static Result<std::unique_ptr<MockEngine>> create(const Clock& clock,
                                                    MockEngineOptions options = {});
  ~MockEngine() override;

  Capabilities capabilities() const override;
  Result<void> ping() override;
  Result<Capacity> capacity() override;
  ImageSight find_image(const std::string& image, const CredentialLookup& credentials) override;
  Result<void> ensure_image(const std::string& image, const CredentialLookup& credentials) override;
  Result<void> start(const ReplicaSpec& spec) override;
  using ReplicaEngine::stop;
  Result<void> stop(const domain::ReplicaKey& key, std::chrono::seconds grace,
                    const std::function<void()>& before_removal) override;
  Result<std::vector<ObservedReplica>> observe() override;
  Result<std::vector<ReplicaResources>> resources() override;
  std::unique_ptr<Watch> watch(std::function<void()> on_hint) override;
  Result<void> logs(const domain::ReplicaKey& key, const LogQuery& query,
                    const LogSink& sink) override;

  // --- The script. ---
  // (A hint's receiver only marks that there is something to look at: it is called under a lock of
  // the engine and must not call back into it.)
  // The next start() answers `error` and starts nothing; called twice, the next two.
  void fail_next_start(Error error);
  void fail_next_stop(Error error);
  // The next `count` changes raise no hint.
  void lose_events(int count);
  // Every call takes this much longer, in real time.
  void delay(std::chrono::milliseconds each_call);
  // The replica dies behind the caller's back. kNotFound when it does not run.
  Result<void> kill(const domain::ReplicaKey& key, int exit_code = 137);
  // kNotFound when there is no such replica.
  Result<void> set_ready(const domain::ReplicaKey& key, bool ready);
  Result<void> say(const domain::ReplicaKey& key, std::string text, bool is_stderr = false);
  // Every call answers kUnavailable; what runs goes on running.
  void go_down();
  void come_back();
  // Brings exits and readiness up to the Clock's now and raises the hints; a background thread does
  // so for a Clock that moves by itself, a test with its own hands on the clock calls it.
  void tick();
  // What was asked of start(), while the key is there.
  std::optional<ReplicaSpec> spec_of(const domain::ReplicaKey& key);
  int starts_so_far() const { return starts_so_far_.load(); }

 private:
  class Subscription;

  struct Running {
    ReplicaSpec spec;
    MockBehaviour behaviour;
    std::string engine_id;
    Timestamp started_at{};
    std::optional<Timestamp> exits_at;
    std::optional<Timestamp> exited_at;
    int exit_code = 0;
    bool out_of_memory = false;
    std::optional<bool> forced_ready;
    std::vector<LogLine> lines;
  };

  MockEngine(const Clock& clock, MockEngineOptions options)
      : clock_(clock), options_(std::move(options)) {}

  Result<void> enter();
  Result<void> replay(const std::vector<Json>& entries);
  Result<void> record(const Json& entry);
  Result<void> compact_if_worthwhile();
  void put(const ReplicaSpec& spec, const MockBehaviour& behaviour, std::string engine_id,
           Timestamp started_at, int start_number);
  void expire(Timestamp now);
  void finish(Running& running, Timestamp at, int exit_code, bool out_of_memory);
  bool is_ready(const Running& running, Timestamp now) const;
  ObservedReplica seen(const Running& running, Timestamp now) const;
  void raise_hint();
  void unsubscribe(Subscription* subscription);
  void run_timer();

  const Clock& clock_;
  const MockEngineOptions options_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<domain::ReplicaKey, Running> replicas_;
  std::map<domain::ReplicaKey, int> start_counts_;  // of images that crash a number of times
  // When something changes by itself. An entry of a replica that is gone means nothing.
  std::multimap<Timestamp, domain::ReplicaKey> due_;
  std::optional<MockJournal> journal_;
  size_t journal_entries_ = 0;
  std::deque<Error> start_errors_;
  std::deque<Error> stop_errors_;
  int64_t next_id_ = 1;
  bool ending_ = false;

  std::atomic<bool> down_{false};
  std::atomic<int> events_to_lose_{0};
  std::atomic<int64_t> delay_ms_{0};
  std::atomic<int> starts_so_far_{0};

  std::mutex watch_mutex_;  // never taken while mutex_ is held
  std::list<Subscription*> subscriptions_;
  std::thread timer_;
};

}  // namespace slipway::engine
