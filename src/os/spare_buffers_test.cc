#include "os/spare_buffers.h"

#include <gtest/gtest.h>

namespace slipway::os {
namespace {

TEST(SpareBuffers, come_back_empty_and_with_their_room) {
  SpareBuffers spares(1, 1'000);
  std::string buffer = spares.borrow();
  EXPECT_EQ(buffer, "");
  buffer.assign(500, 'x');
  const char* const room = buffer.data();
  spares.give_back(buffer);
  EXPECT_EQ(buffer, "");
  buffer = spares.borrow();
  EXPECT_EQ(buffer, "");
  EXPECT_EQ(buffer.data(), room);
}

TEST(SpareBuffers, are_not_kept_when_there_are_enough_or_they_have_grown_too_large) {
  SpareBuffers spares(1, 1'000);
  std::string large(5'000, 'x');
  std::string first(500, 'x');
  std::string second(600, 'x');
  const char* const kept = first.data();
  spares.give_back(large);
  spares.give_back(first);
  spares.give_back(second);
  EXPECT_EQ(large + first + second, "");
  EXPECT_EQ(spares.borrow().data(), kept);
  EXPECT_LT(spares.borrow().capacity(), 500U);
}

}  // namespace
}  // namespace slipway::os
