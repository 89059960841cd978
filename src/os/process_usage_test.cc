#include "os/process_usage.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <vector>

namespace slipway::os {
namespace {

TEST(ProcessUse, our_own_group_has_what_we_use) {
  const auto before = use_by_process_group();
  ASSERT_TRUE(before) << before.error().message;
  ASSERT_TRUE(before->contains(::getpgrp()));

  constexpr size_t kMemory = size_t{64} << 20;
  const std::vector<char> memory(kMemory, 'x');
  // Until two ticks of the clock are ours.
  const std::clock_t goal = std::clock() + CLOCKS_PER_SEC / 20;
  while (std::clock() < goal) continue;

  const auto after = use_by_process_group();
  ASSERT_TRUE(after);
  const ProcessUse& was = before->at(::getpgrp());
  const ProcessUse& is = after->at(::getpgrp());
  EXPECT_GT(is.cpu_time, was.cpu_time);
  EXPECT_GE(is.memory_bytes, static_cast<int64_t>(memory.size()));
}

}  // namespace
}  // namespace slipway::os
