#include "gateway/snapshot_file.h"

#include <gtest/gtest.h>

#include "os/file.h"
#include "os/temporary_directory_test.h"
#include "snapshot/encoding.h"

namespace slipway::gateway {
namespace {

std::string encoded(uint64_t version) {
  snapshot::Snapshot snapshot;
  snapshot.version = version;
  snapshot.control_id = "control";
  return snapshot::encode(snapshot).value();
}

struct SnapshotFileTest : testing::Test {
  uint64_t version_on_disk() const {
    const auto kept = SnapshotFile(directory.path(), Logger::silent()).load();
    return kept == nullptr ? 0 : kept->version;
  }
  const os::TemporaryDirectory directory;
};

TEST_F(SnapshotFileTest, keeps_the_last_of_many_that_are_saved_while_it_writes) {
  {
    SnapshotFile file(directory.path(), Logger::silent());
    for (uint64_t version = 1; version <= 50; ++version) file.save(encoded(version));
  }
  EXPECT_EQ(version_on_disk(), 50U);
}

TEST_F(SnapshotFileTest, writes_nothing_once_it_is_left_to_another) {
  {
    SnapshotFile file(directory.path(), Logger::silent());
    for (uint64_t version = 1; version <= 50; ++version) file.save(encoded(version));
    file.leave();
    // The other's.
    ASSERT_TRUE(os::replace_file(directory.path() / "snapshot.bin", encoded(51)));
    file.save(encoded(52));
  }
  EXPECT_EQ(version_on_disk(), 51U);
}

TEST_F(SnapshotFileTest, goes_on_where_it_cannot_write) {
  std::filesystem::create_directory(directory.path() / "snapshot.bin");
  { SnapshotFile(directory.path(), Logger::silent()).save(encoded(1)); }
  EXPECT_EQ(version_on_disk(), 0U);
}

}  // namespace
}  // namespace slipway::gateway
