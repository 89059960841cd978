#include "os/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "os/temporary_directory_test.h"

namespace slipway::os {
namespace {

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

struct FileTest : testing::Test {
  TemporaryDirectory directory;
  std::filesystem::path path = directory.path() / "file";
};

TEST_F(FileTest, replaces_content_and_mode_and_leaves_nothing_else) {
  ASSERT_TRUE(replace_file(path, "one", 0644));
  ASSERT_TRUE(replace_file(path, "two", 0600));
  EXPECT_EQ(*read_file(path, 3), "two");
  EXPECT_EQ(mode_of(path), 0600u);
  int entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    ++entries;
  }
  EXPECT_EQ(entries, 1);
}

TEST_F(FileTest, leaves_the_old_content_when_it_cannot_write) {
  EXPECT_EQ(replace_file(directory.path() / "no" / "file", "x").error().code, ErrorCode::kNotFound);
  std::filesystem::create_directory(path);
  EXPECT_FALSE(replace_file(path, "x"));
  EXPECT_TRUE(std::filesystem::is_directory(path));
}

TEST_F(FileTest, reads_no_more_than_allowed) {
  ASSERT_TRUE(replace_file(path, std::string(100'000, 'x')));
  EXPECT_EQ(read_file(path, 99'999).error().code, ErrorCode::kTooLarge);
  EXPECT_EQ(read_file(path, 100'000)->size(), 100'000u);
  const auto missing = read_file(directory.path() / "none", 10);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

TEST_F(FileTest, makes_folders_with_exactly_their_mode) {
  const auto deep = directory.path() / "a" / "b" / "c";
  const mode_t before = umask(0077);
  const auto made = make_directory(deep, 0711);
  umask(before);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(mode_of(deep), 0711u);
  EXPECT_TRUE(make_directory(deep, 0700));
  EXPECT_EQ(mode_of(deep), 0711u);
  ASSERT_TRUE(replace_file(path, "x"));
  EXPECT_EQ(make_directory(path).error().code, ErrorCode::kConflict);
}

TEST_F(FileTest, removes_files_that_may_be_gone) {
  ASSERT_TRUE(replace_file(path, "x"));
  EXPECT_TRUE(remove_file(path));
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_TRUE(remove_file(path));
}

}  // namespace
}  // namespace slipway::os
