#include "os/message_pair.h"

#include <gtest/gtest.h>

namespace slipway::os {
namespace {

TEST(MessagePair, carries_whole_messages_in_order_until_the_sender_goes) {
  auto pair = make_message_pair();
  ASSERT_TRUE(pair);
  const int receiver = pair->receiver.get();
  EXPECT_EQ(receive_message(receiver).error().code, ErrorCode::kUnavailable);
  const std::string long_one(kMostMessageBytes, 'x');
  ASSERT_TRUE(send_message(pair->sender.get(), "first"));
  ASSERT_TRUE(send_message(pair->sender.get(), "second"));
  EXPECT_EQ(*receive_message(receiver), "first");
  EXPECT_EQ(*receive_message(receiver), "second");
  ASSERT_TRUE(send_message(pair->sender.get(), long_one));
  EXPECT_TRUE(*receive_message(receiver) == long_one);
  pair->sender.reset();
  EXPECT_EQ(receive_message(receiver).error().code, ErrorCode::kNotFound);
}

TEST(MessagePair, refuses_what_does_not_fit_and_what_nobody_reads) {
  auto pair = make_message_pair();
  ASSERT_TRUE(pair);
  const std::string too_long(kMostMessageBytes + 1, 'x');
  EXPECT_EQ(send_message(pair->sender.get(), too_long).error().code, ErrorCode::kTooLarge);
  pair->receiver.reset();
  EXPECT_EQ(send_message(pair->sender.get(), "x").error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace slipway::os
