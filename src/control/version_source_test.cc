#include "control/version_source.h"

#include <gtest/gtest.h>

namespace slipway::control {
namespace {

struct FakeStore {
  uint64_t reserved = 0;
  bool full = false;
  VersionSource::Reserve reserve() {
    return [this](uint64_t size) -> Result<uint64_t> {
      if (full) return fail(ErrorCode::kUnavailable, "disk full");
      const uint64_t first = reserved + 1;
      reserved += size;
      return first;
    };
  }
};

TEST(VersionSource, grows_over_restarts) {
  FakeStore store;
  uint64_t last = 0;
  for (int run = 0; run < 3; ++run) {
    VersionSource versions(store.reserve());
    ASSERT_TRUE(versions.open());
    for (int i = 0; i < 5; ++i) {
      const uint64_t version = versions.next();
      EXPECT_GT(version, last);
      if (i == 0) {
        EXPECT_EQ(version, versions.first());
      }
      last = version;
    }
  }
}

TEST(VersionSource, says_at_the_start_that_the_store_cannot_be_written) {
  FakeStore store{.full = true};
  VersionSource versions(store.reserve());
  EXPECT_FALSE(versions.open());
}

TEST(VersionSource, goes_on_when_a_block_ends_while_the_store_is_full) {
  FakeStore store;
  VersionSource versions(store.reserve());
  ASSERT_TRUE(versions.open());
  uint64_t last = 0;
  store.full = true;
  for (uint64_t i = 0; i < VersionSource::kBlock + 3; ++i) {
    const uint64_t version = versions.next();
    ASSERT_GT(version, last);
    last = version;
  }
  store.full = false;
  EXPECT_GT(versions.next(), last);
}

}  // namespace
}  // namespace slipway::control
