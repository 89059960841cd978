#include "cli/sparkline.h"

#include <gtest/gtest.h>

namespace slipway::cli {
namespace {

TEST(Sparkline, grows_from_nothing_to_the_greatest_with_a_blank_for_a_gap) {
  EXPECT_EQ(sparkline({0, 3.5, std::nullopt, 7}, 10), "▁▅ █");
  EXPECT_EQ(sparkline({}, 10), "");
  EXPECT_EQ(sparkline({0, 0}, 10), "▁▁");
}

TEST(Sparkline, of_more_values_than_fit_shows_means) {
  EXPECT_EQ(sparkline({0, 0, 7, 7, std::nullopt, std::nullopt}, 3), "▁█ ");
}

}  // namespace
}  // namespace slipway::cli
