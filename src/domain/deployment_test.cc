#include "domain/deployment.h"

#include <gtest/gtest.h>

#include "domain/status.h"

namespace slipway::domain {
namespace {

TEST(Words, of_desire_and_phase_come_back_from_text) {
  for (const Desire desire : {Desire::kRunning, Desire::kStopped, Desire::kDeleted}) {
    EXPECT_EQ(parse_desire(to_string(desire)), desire);
  }
  for (const Phase phase :
       {Phase::kDeploying, Phase::kDeployed, Phase::kStopping, Phase::kStopped, Phase::kFailed}) {
    EXPECT_EQ(parse_phase(to_string(phase)), phase);
  }
  EXPECT_EQ(parse_desire("Running"), std::nullopt);
  EXPECT_EQ(parse_phase("deployed"), std::nullopt);
}

}  // namespace
}  // namespace slipway::domain
