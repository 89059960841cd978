#include "gateway/feed.h"

#include <gtest/gtest.h>

#include <cstring>

#include "http/h1_head_parser.h"

namespace slipway::gateway {
namespace {

using std::chrono::milliseconds;

class FixedRandom : public Random {
 public:
  explicit FixedRandom(int byte) : byte_(byte) {}
  void fill(std::span<std::byte> out) override { std::memset(out.data(), byte_, out.size()); }

 private:
  int byte_;
};

TEST(Feed, asks_with_what_has_been_adopted_in_headers_and_target) {
  const snapshot::Ack ack{"gw-1", "c0", 7, 5};
  const std::string request = poll_request(ack);
  http::RequestHead head;
  ASSERT_EQ(http::parse_request_head(request, {}, head).outcome, http::Outcome::kComplete);
  EXPECT_EQ(head.target, snapshot::poll_target(ack));
  EXPECT_EQ(head.fields.value(snapshot::kGatewayHeader), "gw-1");
  EXPECT_EQ(head.fields.value(snapshot::kAdoptedHeader), "7");
  EXPECT_EQ(head.fields.value(snapshot::kInUseHeader), "5");
  EXPECT_FALSE(head.keep_alive);
}

TEST(Feed, says_that_it_is_leaving_only_when_it_is) {
  snapshot::Ack ack{"gw-1", "c0", 7, 5};
  http::RequestHead head;
  const std::string usual = poll_request(ack);
  ASSERT_EQ(http::parse_request_head(usual, {}, head).outcome, http::Outcome::kComplete);
  EXPECT_EQ(head.fields.value(snapshot::kLeavingHeader), "");
  ack.leaving = true;
  const std::string last = poll_request(ack);
  ASSERT_EQ(http::parse_request_head(last, {}, head).outcome, http::Outcome::kComplete);
  EXPECT_EQ(head.fields.value(snapshot::kLeavingHeader), "yes");
}

TEST(Feed, waits_longer_after_each_failure_up_to_a_second) {
  FixedRandom none(0);  // nothing is taken off
  EXPECT_EQ(pause_after(1, none), milliseconds(50));
  EXPECT_EQ(pause_after(2, none), milliseconds(100));
  EXPECT_EQ(pause_after(5, none), milliseconds(800));
  EXPECT_EQ(pause_after(6, none), milliseconds(1'000));
  EXPECT_EQ(pause_after(1'000'000, none), milliseconds(1'000));
}

TEST(Feed, takes_at_most_half_off_its_pauses) {
  FixedRandom much(0x7f);
  for (unsigned failures = 1; failures < 20; ++failures) {
    FixedRandom none(0);
    const milliseconds whole = pause_after(failures, none);
    const milliseconds less = pause_after(failures, much);
    EXPECT_LE(less, whole);
    EXPECT_GT(less, whole / 2 - milliseconds(1));
  }
}

}  // namespace
}  // namespace slipway::gateway
