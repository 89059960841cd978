#include "domain/amounts.h"

#include <gtest/gtest.h>

namespace slipway::domain {
namespace {

TEST(Amounts, are_as_short_as_they_can_be) {
  EXPECT_EQ(format_cpu(0), "0 CPU");
  EXPECT_EQ(format_cpu(500), "0.5 CPU");
  EXPECT_EQ(format_cpu(3'001), "3.001 CPU");
  EXPECT_EQ(format_cpu(4'000), "4 CPU");
  EXPECT_EQ(format_memory(0), "0 MiB");
  EXPECT_EQ(format_memory(int64_t{512} << 20), "512 MiB");
  EXPECT_EQ(format_memory(int64_t{512} << 10), "0.5 MiB");
  EXPECT_EQ(format_memory(int64_t{3} << 30), "3 GiB");
  EXPECT_EQ(format_memory(int64_t{1536} << 20), "1.5 GiB");
}

}  // namespace
}  // namespace slipway::domain
