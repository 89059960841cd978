#include "gateway/wait_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace slipway::gateway {
namespace {

using testing::ElementsAre;

struct Room {
  int places = 0;
  std::vector<std::string> gone;
  std::vector<std::string> told;
};

class Guest final : public Waiting {
 public:
  Guest(std::string name, Room& room) : name_(std::move(name)), room_(room) {}
  bool on_room() override {
    if (room_.places == 0) return false;
    --room_.places;
    WaitQueue::leave(*this);
    room_.gone.push_back(name_);
    return true;
  }
  bool on_new_routes() override {
    room_.told.push_back(name_);
    return stays;
  }
  bool stays = true;

 private:
  std::string name_;
  Room& room_;
};

class WaitQueueTest : public testing::Test {
 protected:
  WaitQueueTest() {
    for (Guest* guest : {&a_, &b_, &c_}) queue_.join(*guest);
  }
  Room room_;
  WaitQueue queue_;
  Guest a_{"a", room_};
  Guest b_{"b", room_};
  Guest c_{"c", room_};
};

TEST_F(WaitQueueTest, serves_in_the_order_of_coming_for_as_long_as_there_is_room) {
  room_.places = 2;
  queue_.serve();
  EXPECT_THAT(room_.gone, ElementsAre("a", "b"));
  EXPECT_EQ(queue_.size(), 1u);
  EXPECT_FALSE(a_.waits());
  EXPECT_TRUE(c_.waits());
  queue_.join(a_);
  room_.places = 5;
  queue_.serve();
  EXPECT_THAT(room_.gone, ElementsAre("a", "b", "c", "a"));
  EXPECT_TRUE(queue_.empty());
  queue_.serve();
  EXPECT_EQ(room_.places, 3);
}

TEST_F(WaitQueueTest, lets_anyone_leave_from_any_place) {
  WaitQueue::leave(b_);
  WaitQueue::leave(b_);
  room_.places = 9;
  {
    Guest gone("gone", room_);
    queue_.join(gone);
    EXPECT_EQ(queue_.size(), 3u);
  }
  queue_.serve();
  EXPECT_THAT(room_.gone, ElementsAre("a", "c"));
}

TEST_F(WaitQueueTest, tells_each_once_of_new_routes_and_keeps_the_order_of_who_stays) {
  b_.stays = false;
  queue_.tell_new_routes();
  EXPECT_THAT(room_.told, ElementsAre("a", "b", "c"));
  EXPECT_FALSE(b_.waits());
  room_.places = 9;
  queue_.serve();
  EXPECT_THAT(room_.gone, ElementsAre("a", "c"));
}

TEST(WaitQueueShare, is_an_equal_part_rounded_up_so_that_no_worker_is_left_without) {
  EXPECT_EQ(share_of(8, 2), 4u);
  EXPECT_EQ(share_of(7, 2), 4u);
  EXPECT_EQ(share_of(1, 4), 1u);
  EXPECT_EQ(share_of(0, 4), 0u);
  EXPECT_EQ(share_of(UINT32_MAX, 1), UINT32_MAX);
}

TEST(WaitQueueShare, has_room_for_four_rounds_and_for_a_burst) {
  EXPECT_EQ(queue_room(16, 4), 256u);
  EXPECT_EQ(queue_room(1, 1), 32u);
}

}  // namespace
}  // namespace slipway::gateway
