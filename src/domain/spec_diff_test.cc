#include "domain/spec_diff.h"

#include <gtest/gtest.h>

namespace slipway::domain {
namespace {

TEST(SpecDiff, of_equal_specs_is_nothing) {
  EXPECT_TRUE(spec_diff({}, {}).empty());
  EXPECT_EQ(describe({}), "nothing");
}

TEST(SpecDiff, lists_old_and_new) {
  Spec before;
  before.image = "a:1";
  Spec after = before;
  after.image = "a:2";
  after.replicas = 3;
  after.health_path = "/ok";
  after.drain_time = std::chrono::seconds(5);
  const auto changes = spec_diff(before, after);
  EXPECT_EQ(changes, (std::vector<SpecChange>{{"image", "a:1", "a:2"},
                                              {"replicas", "1", "3"},
                                              {"health_path", "", "/ok"},
                                              {"drain_time", format_duration(before.drain_time),
                                               format_duration(after.drain_time)}}));
  EXPECT_NE(describe(changes).find("image a:1 -> a:2, replicas 1 -> 3"), std::string::npos);
}

TEST(SpecDiff, hides_the_values_of_environment_variables) {
  Spec before;
  before.environment = {{"TOKEN", "old-secret"}, {"GONE", "gone-secret"}};
  Spec after;
  after.environment = {{"TOKEN", "new-secret"}, {"NEW", "fresh-secret"}};
  const auto changes = spec_diff(before, after);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0], (SpecChange{"environment.GONE", "(hidden)", ""}));
  EXPECT_EQ(changes[1], (SpecChange{"environment.NEW", "", "(hidden)"}));
  EXPECT_EQ(changes[2], (SpecChange{"environment.TOKEN", "(hidden)", "(hidden)"}));
  EXPECT_EQ(describe(changes).find("secret"), std::string::npos);
  EXPECT_NE(describe(changes).find("environment.TOKEN changed"), std::string::npos);
}

TEST(SpecDiff, sees_every_difference_that_equality_sees) {
  Spec base;
  base.environment = {{"A", "1"}, {"B", "2"}};
  base.metadata = {{"a", "1"}, {"b", "2"}};
  std::vector<Spec> others(15, base);
  others[0].image = "x";
  others[1].instance_type = "x";
  others[2].environment = {{"B", "2"}, {"A", "1"}};
  others[3].metadata = {{"b", "2"}, {"a", "1"}};
  others[4].description = "x";
  others[5].port = 1;
  others[6].health_path = "/x";
  others[7].progress_deadline = std::chrono::seconds(11);
  others[8].request_timeout = std::chrono::milliseconds(111);
  others[9].body_limit = 1;
  others[10].drain_time = std::chrono::seconds(1);
  others[11].metadata = {{"a", "1"}, {"b", "3"}};
  others[12].replica_concurrency = 1;
  others[13].requests_per_minute = 1;
  others[14].allow_websocket = true;
  for (size_t i = 0; i < others.size(); ++i) {
    ASSERT_NE(others[i], base);
    EXPECT_FALSE(spec_diff(base, others[i]).empty()) << i;
  }
}

}  // namespace
}  // namespace slipway::domain
