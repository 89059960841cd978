#include "serve/date_cache.h"

#include <gtest/gtest.h>

namespace slipway::serve {
namespace {

TEST(DateCache, writes_the_example_of_the_standard) {
  DateCache cache;
  EXPECT_EQ(cache.at(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(cache.at(784111778), "Sun, 06 Nov 1994 08:49:38 GMT");
  EXPECT_EQ(cache.at(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace slipway::serve
