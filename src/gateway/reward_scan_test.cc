#include "gateway/reward_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace slipway::gateway {
namespace {

// Whole, and cut at every place: the answer is the same.
double reward_of(std::string_view body) {
  RewardScan whole;
  whole.feed(body);
  for (size_t cut = 0; cut <= body.size(); ++cut) {
    RewardScan parts;
    parts.feed(body.substr(0, cut));
    parts.feed(body.substr(cut));
    EXPECT_EQ(parts.reward(), whole.reward()) << body << " cut at " << cut;
  }
  return whole.reward();
}

TEST(RewardScan, finds_the_member_at_the_top_only) {
  EXPECT_EQ(reward_of(R"({"reward": 0.5})"), 0.5);
  EXPECT_EQ(reward_of(R"({"request":{"reward":9},"response":{"data":[1,{"reward":8}]},)"
                      R"("reward":1,"truth":{"reward":7}})"),
            1);
  EXPECT_EQ(reward_of(R"( { "truth" : [1,2] , "reward" : -2.5e1 , "x" : "reward" } )"), -25);
  EXPECT_EQ(reward_of(R"([{"reward": 3}])"), 0);
  EXPECT_EQ(reward_of(R"(["reward", 3])"), 0);
}

TEST(RewardScan, is_not_fooled_by_text) {
  EXPECT_EQ(reward_of(R"({"a":"\"reward\":5","b":"reward","reward":2})"), 2);
  EXPECT_EQ(reward_of(R"({"rewards":5,"rewar":6,"Reward":7})"), 0);
  EXPECT_EQ(reward_of(R"({"a":"}{","reward":4})"), 4);
  EXPECT_EQ(reward_of(R"({"a":"reward","b":3})"), 0);
}

TEST(RewardScan, takes_the_last_of_two) { EXPECT_EQ(reward_of(R"({"reward":1,"reward":3})"), 3); }

TEST(RewardScan, leaves_out_what_no_sum_should_have) {
  EXPECT_EQ(reward_of(R"({"reward":"1"})"), 0);
  EXPECT_EQ(reward_of(R"({"reward":null})"), 0);
  EXPECT_EQ(reward_of(R"({"reward":1e300})"), 0);
  EXPECT_EQ(reward_of(R"({"reward":nan})"), 0);
  EXPECT_EQ(reward_of(R"({"reward":[1]})"), 0);
  EXPECT_EQ(reward_of(R"({"reward":{"reward":2}})"), 0);
  EXPECT_EQ(reward_of(R"({"reward":)" + std::string(100, '1') + "}"), 0);
  EXPECT_EQ(reward_of(""), 0);
  EXPECT_EQ(reward_of("reward: 5"), 0);
  EXPECT_EQ(reward_of("}}}}]]"), 0);
}

TEST(RewardScan, begins_anew) {
  RewardScan scan;
  scan.feed(R"({"reward":3)");
  scan.feed("}");
  EXPECT_EQ(scan.reward(), 3);
  scan.begin();
  EXPECT_EQ(scan.reward(), 0);
  scan.feed(R"({"reward":1})");
  EXPECT_EQ(scan.reward(), 1);
}

}  // namespace
}  // namespace slipway::gateway
