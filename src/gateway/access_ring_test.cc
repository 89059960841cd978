#include "gateway/access_ring.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace slipway::gateway {
namespace {

bool push(AccessRing& ring, uint64_t number) {
  AccessRecord* const record = ring.next();
  if (record == nullptr) return false;
  record->received = number;
  ring.push();
  return true;
}

std::vector<uint64_t> drain(AccessRing& ring) {
  std::vector<uint64_t> out;
  ring.drain([&](const AccessRecord& record) { out.push_back(record.received); });
  return out;
}

TEST(AccessRing, gives_back_in_order_and_drops_what_finds_no_room) {
  std::condition_variable reader;
  AccessRing ring(4, reader);
  EXPECT_EQ(drain(ring), std::vector<uint64_t>{});
  for (uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(push(ring, i));
  EXPECT_TRUE(ring.half_full());
  EXPECT_FALSE(push(ring, 4));
  EXPECT_FALSE(push(ring, 5));
  EXPECT_EQ(ring.dropped(), 2u);
  EXPECT_EQ(drain(ring), (std::vector<uint64_t>{0, 1, 2, 3}));
  EXPECT_FALSE(ring.half_full());
  EXPECT_TRUE(push(ring, 6));
  EXPECT_EQ(drain(ring), std::vector<uint64_t>{6});
}

TEST(AccessRing, between_two_threads_each_record_comes_once_and_in_order_or_is_counted_as_dropped) {
  std::condition_variable reader;
  AccessRing ring(64, reader);
  constexpr uint64_t kCount = 200'000;
  std::thread writer([&] {
    for (uint64_t i = 1; i <= kCount; ++i) push(ring, i);
  });
  uint64_t last = 0;
  uint64_t seen = 0;
  const auto look = [&](const AccessRecord& record) {
    EXPECT_GT(record.received, last);
    last = record.received;
    ++seen;
  };
  while (seen + ring.dropped() < kCount) ring.drain(look);
  writer.join();
  ring.drain(look);
  EXPECT_EQ(seen + ring.dropped(), kCount);
}

}  // namespace
}  // namespace slipway::gateway
