#include "os/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace slipway::os {
namespace {

TEST(ThreadPool, runs_everything_before_it_ends) {
  std::atomic<int> ran{0};
  {
    ThreadPool pool("test", 4);
    for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(pool.post([&ran] { ++ran; }));
  }
  EXPECT_EQ(ran, 1'000);
}

TEST(ThreadPool, refuses_what_its_queue_has_no_room_for) {
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  std::promise<void> begun;
  ThreadPool pool("test", 1, 1);
  ASSERT_TRUE(pool.post([&begun, opened] {
    begun.set_value();
    opened.wait();
  }));
  begun.get_future().wait();
  EXPECT_TRUE(pool.post([] {}));
  EXPECT_EQ(pool.queued(), 1u);
  EXPECT_FALSE(pool.post([] {}));
  gate.set_value();
}

TEST(ThreadPool, runs_as_many_at_once_as_it_has_threads) {
  ThreadPool pool("a-name-that-is-too-long", 3);
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  std::vector<std::promise<void>> begun(3);
  for (auto& one : begun) {
    ASSERT_TRUE(pool.post([&one, opened] {
      one.set_value();
      opened.wait();
    }));
  }
  for (auto& one : begun) one.get_future().wait();
  gate.set_value();
}

}  // namespace
}  // namespace slipway::os
