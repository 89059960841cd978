#include "control/status_of.h"

#include <gtest/gtest.h>

namespace slipway::control {
namespace {

using domain::Desire;
using domain::Phase;
using domain::ReplicaState;

constexpr Timestamp kNow{std::chrono::hours(24)};
constexpr Timestamp kBefore{std::chrono::hours(1)};

struct Scene {
  StatusEvidence evidence;
  engine::ObservedWorkload observed;
  bool acknowledged = true;

  explicit Scene(int wanted = 2, int64_t revision = 1) {
    evidence.deployment.id = "iris";
    evidence.deployment.revision = revision;
    evidence.deployment.generation = 4;
    evidence.wanted_replicas = wanted;
    evidence.wanted_key = revision;
    evidence.progress_deadline = std::chrono::minutes(15);
    evidence.any_gateway = true;
    evidence.now = kNow;
    observed.generation = 4;
  }
  Scene& replica(int64_t revision, int ordinal, ReplicaState state) {
    engine::WorkloadReplica replica;
    replica.observed.key = {"iris", revision, ordinal};
    replica.state = state;
    replica.routable = state == ReplicaState::kReady;
    observed.replicas.push_back(replica);
    return *this;
  }
  Scene& was(Phase phase, int64_t generation = 4) {
    domain::Status previous;
    previous.phase = phase;
    previous.generation = generation;
    previous.since = kBefore;
    evidence.previous = previous;
    return *this;
  }
  Scene& trouble(std::string cause) {
    domain::ReplicaTrouble trouble;
    trouble.replica = "iris-r2-0";
    trouble.cause = std::move(cause);
    trouble.log_tail = {"boom"};
    observed.trouble = trouble;
    return *this;
  }
  domain::Status status() {
    evidence.observed = &observed;
    evidence.everywhere = [this](const domain::ReplicaKey&) { return acknowledged; };
    return status_of(evidence);
  }
};

TEST(StatusOf, is_deployed_when_all_replicas_are_ready_and_routed_everywhere) {
  const auto status =
      Scene().replica(1, 0, ReplicaState::kReady).replica(1, 1, ReplicaState::kReady).status();
  EXPECT_EQ(status.phase, Phase::kDeployed);
  EXPECT_EQ(status.reason, "2 of 2 replicas ready");
  EXPECT_EQ(status.serving_revision, 1);
  EXPECT_EQ(status.ready_replicas, 2);
  EXPECT_EQ(status.generation, 4);
  EXPECT_EQ(status.since, kNow);
}

TEST(StatusOf, waits_for_every_gateway) {
  Scene scene(1);
  scene.replica(1, 0, ReplicaState::kReady).acknowledged = false;
  EXPECT_EQ(scene.status().phase, Phase::kDeploying);
  EXPECT_EQ(scene.status().reason, "1 of 1 replica ready, not every gateway routes to them yet");
  scene.evidence.any_gateway = false;
  EXPECT_EQ(scene.status().reason, "1 of 1 replica ready, no gateway has asked for its routes yet");
  scene.observed.past_deadline = true;
  EXPECT_EQ(scene.status().phase, Phase::kFailed) << "Deploying never lasts for ever";
}

TEST(StatusOf, stays_deployed_when_a_gateway_restarts) {
  Scene scene(1);
  scene.replica(1, 0, ReplicaState::kReady).was(Phase::kDeployed).acknowledged = false;
  EXPECT_EQ(scene.status().phase, Phase::kDeployed);
  EXPECT_EQ(scene.status().since, kBefore);
  EXPECT_EQ(scene.was(Phase::kDeployed, 3).status().phase, Phase::kDeploying)
      << "that was said of an older generation";
}

TEST(StatusOf, counts_only_replicas_of_the_newest_revision) {
  Scene scene(1, 2);
  const auto status =
      scene.replica(1, 0, ReplicaState::kReady).replica(2, 0, ReplicaState::kStarting).status();
  EXPECT_EQ(status.phase, Phase::kDeploying);
  EXPECT_EQ(status.ready_replicas, 0);
  EXPECT_EQ(status.serving_revision, 1);
  EXPECT_EQ(status.reason, "0 of 1 replica ready; revision 1 goes on serving");
}

TEST(StatusOf, is_deploying_again_when_a_replica_is_lost) {
  Scene scene;
  scene.replica(1, 0, ReplicaState::kReady).replica(1, 1, ReplicaState::kExited);
  const auto status = scene.was(Phase::kDeployed).trouble("exits with code 1: boom").status();
  EXPECT_EQ(status.phase, Phase::kDeploying);
  EXPECT_EQ(status.reason, "1 of 2 replicas ready: replica iris-r2-0 exits with code 1: boom");
  ASSERT_TRUE(status.trouble);
  EXPECT_EQ(status.trouble->log_tail, std::vector<std::string>{"boom"});
}

TEST(StatusOf, fails_as_soon_as_the_cause_is_clear) {
  Scene scene(1, 2);
  scene.replica(1, 0, ReplicaState::kReady).trouble("exits with code 1: boom");
  scene.observed.failing = true;
  const auto status = scene.status();
  EXPECT_EQ(status.phase, Phase::kFailed);
  EXPECT_EQ(status.reason, "replica iris-r2-0 exits with code 1: boom; revision 1 goes on serving");
}

TEST(StatusOf, fails_on_a_missing_image_with_the_engines_words) {
  Scene scene(1);
  scene.observed.failing = true;
  scene.observed.problem = "image 'x' does not exist here";
  EXPECT_EQ(scene.status().phase, Phase::kFailed);
  EXPECT_EQ(scene.status().reason, "image 'x' does not exist here");
}

TEST(StatusOf, fails_when_the_deadline_has_passed) {
  Scene scene(1);
  scene.replica(1, 0, ReplicaState::kStarting).trouble("never listened on port 9000");
  scene.observed.past_deadline = true;
  const auto status = scene.status();
  EXPECT_EQ(status.phase, Phase::kFailed);
  EXPECT_EQ(status.reason,
            "0 of 1 replica ready within 15 min 0 s: replica iris-r2-0 never listened on port "
            "9000");
}

TEST(StatusOf, reports_an_engine_that_is_away_without_taking_back_what_serves) {
  Scene scene(1);
  scene.replica(1, 0, ReplicaState::kReady).was(Phase::kDeployed);
  scene.observed.problem = "the engine does not answer";
  EXPECT_EQ(scene.status().phase, Phase::kDeployed);
  EXPECT_EQ(scene.status().reason, "1 of 1 replica ready; the engine does not answer");
  scene.observed.replicas.clear();
  EXPECT_EQ(scene.status().phase, Phase::kDeploying);
  EXPECT_EQ(scene.status().reason, "0 of 1 replica ready: the engine does not answer");
}

TEST(StatusOf, does_not_judge_by_what_was_observed_of_an_older_generation) {
  Scene scene(1);
  scene.replica(1, 0, ReplicaState::kReady).observed.generation = 3;
  EXPECT_EQ(scene.status().phase, Phase::kDeploying);
}

TEST(StatusOf, is_stopping_until_nothing_is_left) {
  Scene scene(1);
  scene.evidence.deployment.desire = Desire::kStopped;
  scene.replica(1, 0, ReplicaState::kDraining);
  EXPECT_EQ(scene.status().phase, Phase::kStopping);
  EXPECT_EQ(scene.status().reason, "1 replica to end");
  scene.observed.replicas.clear();
  EXPECT_EQ(scene.status().phase, Phase::kStopped);
  scene.evidence.deployment.desire = Desire::kDeleted;
  EXPECT_EQ(scene.status().phase, Phase::kStopping);
  EXPECT_EQ(scene.status().reason, "being deleted");
}

TEST(StatusOf, says_how_the_update_goes) {
  Scene scene(1, 2);
  scene.replica(1, 0, ReplicaState::kReady);
  scene.observed.progress = "the new replicas start beside the old ones";
  EXPECT_EQ(scene.status().reason,
            "0 of 1 replica ready; the new replicas start beside the old ones; revision 1 goes on "
            "serving");
}

TEST(StatusOf, names_the_revision_for_which_older_containers_serve) {
  Scene scene(1, 3);
  scene.evidence.wanted_key = 1;  // revision 3 differs only in what no replica sees
  scene.replica(1, 0, ReplicaState::kReady);
  EXPECT_EQ(scene.status().phase, Phase::kDeployed);
  EXPECT_EQ(scene.status().serving_revision, 3);
}

}  // namespace
}  // namespace slipway::control
