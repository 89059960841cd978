#pragma once
// The contract of replica_engine.h as one suite of tests, run on every engine. A test program
// writes one EngineUnderTest for its engine and instantiates the suite:
//
//   INSTANTIATE_TEST_SUITE_P(Mock, EngineContract,
//                            ::testing::Values(EngineFactory{"mock", &make_mock_under_test}));
//
// Part of test programs only: contract_suite_test.cc holds the tests and is linked into each.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "engine/replica_engine.h"

namespace slipway::engine {

// One installation on one engine, with what only a test may do to it. Made fresh for every test;
// its destructor leaves nothing behind.
class EngineUnderTest {
 public:
  virtual ~EngineUnderTest() = default;

  // A new engine object over the same installation: what a restart of control makes.
  virtual std::unique_ptr<ReplicaEngine> open() = 0;
  // One of another installation on the same engine behind it; empty when there is no such thing.
  virtual std::unique_ptr<ReplicaEngine> open_other_installation() { return nullptr; }

  virtual std::string good_image() = 0;     // runs until it is stopped
  virtual std::string exiting_image() = 0;  // ends at once with status 7
  virtual std::string busy_image() = 0;     // runs, and spends CPU time when it starts at least
  virtual std::string missing_image() = 0;
  // Runs, and does not end on SIGTERM once make_stubborn() was called. Empty: there is none.
  virtual std::string stubborn_image() { return good_image(); }
  virtual void make_stubborn(const ObservedReplica& replica) = 0;

  // What the image needs to be told beyond its name to behave so.
  virtual void prepare(ReplicaSpec& spec) { (void)spec; }

  // Ends the replica's process behind the engine's back.
  virtual void kill_behind_its_back(const ObservedReplica& replica) = 0;
  // Makes the running good image write `count` further lines, "line 1" … "line <count>".
  virtual void make_it_write(const ObservedReplica& replica, int count) = 0;
  // The good image prints a line of its own when it starts: a test that writes waits for it, or it
  // might come after the test's lines.
  virtual bool model_speaks_first() { return false; }
  // What the running replica sees as its environment variable `name`.
  virtual std::optional<std::string> environment_of(const ObservedReplica& replica,
                                                    const std::string& name) = 0;
  // Limits that hold for the running replica; empty when the engine limits nothing.
  struct Limits {
    int64_t cpu_millis = 0;
    int64_t memory_bytes = 0;
    int64_t pids = 0;
  };
  virtual std::optional<Limits> limits_of(const ObservedReplica& replica) = 0;
  // What the engine still holds of this installation besides replicas that observe() tells:
  // empty when all is gone.
  virtual std::string leftovers() { return {}; }

  // The engine goes away and comes back; false: this one cannot be away.
  virtual bool go_away() { return false; }
  virtual void come_back() {}
  // What goes on running while the engine is away is still there afterwards.
  virtual bool replicas_survive_its_absence() { return true; }
};

struct EngineFactory {
  std::string name;
  // Empty with the reason in `why_not` when this machine cannot run the engine at all.
  std::function<std::unique_ptr<EngineUnderTest>(std::string* why_not)> make;
};
inline void PrintTo(const EngineFactory& factory, std::ostream* out) { *out << factory.name; }

class EngineContract : public ::testing::TestWithParam<EngineFactory> {
 protected:
  void SetUp() override;
  void TearDown() override;

  ReplicaSpec spec_for(const std::string& image, int ordinal = 0) const;
  // The replica as observe() tells it; empty when it does not.
  std::optional<ObservedReplica> find(const domain::ReplicaKey& key);
  // Looks again until `good` holds or a generous deadline has passed.
  ::testing::AssertionResult eventually(const std::function<bool()>& good,
                                        std::chrono::seconds deadline = std::chrono::seconds(60));
  std::optional<ObservedReplica> wait_for_state(const domain::ReplicaKey& key, RunState state);
  // Until the process shows the environment of its replica: an engine may call it running before
  // its exec, when the environment is still the runtime's (podman does on a busy machine).
  void wait_for_environment(const ObservedReplica& replica);
  std::vector<std::string> log_texts(const domain::ReplicaKey& key, int tail = -1);
  void write_lines(const ObservedReplica& replica, int count);

  std::unique_ptr<EngineUnderTest> under_test_;
  std::unique_ptr<ReplicaEngine> engine_;
  std::string deployment_;  // unique to this test
};

}  // namespace slipway::engine
