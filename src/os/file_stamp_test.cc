#include "os/file_stamp.h"

#include <gtest/gtest.h>

#include "os/file.h"
#include "os/temporary_directory_test.h"

namespace slipway::os {
namespace {

TEST(FileStamp, differs_once_a_file_was_replaced_or_a_link_points_elsewhere) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "file";
  const auto link = directory.path() / "link";
  EXPECT_EQ(stamp_of(file), FileStamp{});
  ASSERT_TRUE(replace_file(file, "one"));
  const FileStamp first = stamp_of(file);
  EXPECT_NE(first, FileStamp{});
  EXPECT_EQ(stamp_of(file), first);
  std::filesystem::create_symlink(file, link);
  EXPECT_EQ(stamp_of(link), first);
  ASSERT_TRUE(replace_file(file, "two"));
  EXPECT_NE(stamp_of(file), first);
  EXPECT_EQ(stamp_of(link), stamp_of(file));
}

}  // namespace
}  // namespace slipway::os
