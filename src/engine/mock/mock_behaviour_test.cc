#include "engine/mock/mock_behaviour.h"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

TEST(MockBehaviour, reads_every_word_of_the_script) {
  EXPECT_EQ(parse_mock_image("mock/ok:1"), MockBehaviour{});
  EXPECT_EQ(parse_mock_image("mock/slow:2s")->ready_after, std::chrono::seconds(2));
  EXPECT_EQ(parse_mock_image("mock/pull:1m")->pull_time, std::chrono::minutes(1));
  EXPECT_EQ(parse_mock_image("mock/exit:7")->exit_code, 7);
  EXPECT_EQ(parse_mock_image("mock/crash:3")->crashes, 3);
  EXPECT_EQ(parse_mock_image("mock/crash")->crashes, -1);
  EXPECT_FALSE(parse_mock_image("mock/never-ready")->gets_ready);
  EXPECT_TRUE(parse_mock_image("mock/hang")->ignores_sigterm);
  EXPECT_TRUE(parse_mock_image("mock/oom")->out_of_memory);
  EXPECT_EQ(parse_mock_image("mock/missing")->image, MockBehaviour::Image::kMissing);
}

TEST(MockBehaviour, an_ordinary_image_is_fine) {
  EXPECT_EQ(parse_mock_image("iris-sklearn:1.0"), MockBehaviour{});
}

TEST(MockBehaviour, refuses_what_it_cannot_read) {
  for (const char* image : {"mock/", "mock/slow", "mock/slow:5", "mock/slow:-1s", "mock/exit",
                            "mock/exit:256", "mock/exit:x", "mock/crash:x", "mock/dance"}) {
    EXPECT_FALSE(parse_mock_image(image)) << image;
  }
}

}  // namespace
}  // namespace slipway::engine
