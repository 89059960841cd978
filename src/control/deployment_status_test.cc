#include "control/deployment_status.h"

#include <gtest/gtest.h>

namespace slipway::control {
namespace {

using domain::Desire;
using domain::Phase;

domain::Deployment deployment(Desire desire, int64_t generation) {
  domain::Deployment out;
  out.desire = desire;
  out.generation = generation;
  out.updated_at = from_unix_micros(7);
  return out;
}

domain::Status deployed(int64_t generation) {
  domain::Status out;
  out.phase = Phase::kDeployed;
  out.reason = "2 of 2 replicas ready";
  out.generation = generation;
  out.serving_revision = 3;
  out.ready_replicas = out.wanted_replicas = 2;
  return out;
}

TEST(PresentedStatus, of_this_generation_is_shown_as_it_is) {
  EXPECT_EQ(presented_status(deployment(Desire::kRunning, 4), {}, deployed(4)), deployed(4));
}

TEST(PresentedStatus, without_a_look_or_with_an_old_one_is_never_deployed) {
  struct Case {
    Desire desire;
    Phase phase;
    int wanted;
  };
  domain::Spec spec;
  spec.replicas = 5;
  for (const Case& one :
       {Case{Desire::kRunning, Phase::kDeploying, 5}, Case{Desire::kStopped, Phase::kStopping, 0},
        Case{Desire::kDeleted, Phase::kStopping, 0}}) {
    for (const auto& stored : {std::optional<domain::Status>(), std::optional(deployed(3))}) {
      const auto shown = presented_status(deployment(one.desire, 4), spec, stored);
      EXPECT_EQ(shown.phase, one.phase);
      EXPECT_EQ(shown.generation, 4);
      EXPECT_EQ(shown.ready_replicas, 0);
      EXPECT_EQ(shown.wanted_replicas, one.wanted);
      EXPECT_EQ(shown.serving_revision, stored ? 3 : 0);
      EXPECT_EQ(shown.since, from_unix_micros(7));
      EXPECT_FALSE(shown.reason.empty());
    }
  }
}

}  // namespace
}  // namespace slipway::control
