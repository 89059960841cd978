#include "snapshot/traffic.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace slipway::snapshot {
namespace {

TrafficReport sample() {
  TrafficReport report{.gateway = "gw-1",
                       .run = "f00d",
                       .sequence = 7,
                       .period = std::chrono::milliseconds(10'003),
                       .covered = std::chrono::milliseconds(10'003)};
  CodeTraffic good{.service = TrafficService::kPredictions, .code = 200};
  good.durations[3] = 12;
  good.durations[20] = 1;
  CodeTraffic told{.service = TrafficService::kOther, .code = 503};
  report.deployments.push_back({"iris", 3, 1'000, 2'000, {good, told}});
  report.deployments.push_back({"mnist", 0, 0, 0, {}});
  report.models.push_back({"iris", "team/iris:3", 2, 1.5, 0.25, {good}});
  report.clients.push_back({"iris", "bot", 3, 17});
  return report;
}

TEST(Traffic, comes_back_as_it_was) {
  const auto back = decode_traffic(encode_traffic(sample()));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, sample());
}

TEST(Traffic, of_another_version_says_what_to_do) {
  std::string bytes = encode_traffic(sample());
  bytes[12] = 9;
  const auto refused = decode_traffic(bytes);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("format 9"), std::string::npos) << refused.error().message;
}

TEST(Traffic, cut_anywhere_or_with_more_behind_it_is_refused) {
  const std::string bytes = encode_traffic(sample());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_traffic(std::string_view(bytes).substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_traffic(bytes + "x"));
}

TEST(Traffic, longer_than_anything_is_kept_is_cut) {
  TrafficReport report = sample();
  report.period = std::chrono::hours(24 * 400);
  EXPECT_EQ(decode_traffic(encode_traffic(report))->period, std::chrono::hours(24 * 31));
}

RC_GTEST_PROP(Traffic, any_change_of_a_byte_is_refused_or_gives_something_that_encodes_alike, ()) {
  std::string bytes = encode_traffic(sample());
  bytes[*rc::gen::inRange<size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  const auto read = decode_traffic(bytes);
  if (read) RC_ASSERT(decode_traffic(encode_traffic(*read)) == *read);
}

}  // namespace
}  // namespace slipway::snapshot
