#include "gateway/access_file.h"

#include <gtest/gtest.h>

#include "os/file.h"
#include "os/temporary_directory_test.h"

namespace slipway::gateway {
namespace {

class AccessFileTest : public testing::Test {
 protected:
  std::string read(const std::string& name) const {
    return os::read_file(folder_.path() / name, 1 << 20).value_or("(none)");
  }
  std::filesystem::path path() const { return folder_.path() / "access.log"; }

  os::TemporaryDirectory folder_;
};

TEST_F(AccessFileTest, goes_on_where_the_last_process_ended) {
  ASSERT_TRUE(AccessFile(path(), 1'000).append("one\n"));
  ASSERT_TRUE(AccessFile(path(), 1'000).append("two\n"));
  EXPECT_EQ(read("access.log"), "one\ntwo\n");
}

TEST_F(AccessFileTest, keeps_one_file_before_the_present_one_and_no_more_than_was_allowed) {
  AccessFile file(path(), 20);
  for (const char* line : {"1234\n", "5678\n", "abcd\n", "efgh\n", "ijkl\n"}) {
    ASSERT_TRUE(file.append(line));
  }
  EXPECT_EQ(read("access.log"), "ijkl\n");
  EXPECT_EQ(read("access.log.1"), "abcd\nefgh\n");
}

TEST_F(AccessFileTest, two_processes_lose_no_line_to_each_other_and_rotate_once) {
  AccessFile one(path(), 40);
  AccessFile other(path(), 40);
  for (AccessFile* file : {&one, &other, &one, &other}) ASSERT_TRUE(file->append("1234\n"));
  EXPECT_EQ(read("access.log"), "1234\n1234\n1234\n1234\n");
  ASSERT_TRUE(other.append("abcd\n"));
  ASSERT_TRUE(one.append("efgh\n"));
  EXPECT_EQ(read("access.log"), "abcd\nefgh\n");
  EXPECT_EQ(read("access.log.1"), "1234\n1234\n1234\n1234\n");
}

TEST_F(AccessFileTest, makes_the_file_anew_when_somebody_took_it_away) {
  AccessFile file(path(), 1'000);
  ASSERT_TRUE(file.append("one\n"));
  std::filesystem::rename(path(), folder_.path() / "taken");
  ASSERT_TRUE(file.append("two\n"));
  EXPECT_EQ(read("access.log"), "two\n");
  EXPECT_EQ(read("taken"), "one\n");
}

TEST_F(AccessFileTest, says_what_is_wrong_and_goes_on_when_it_is_not_any_more) {
  AccessFile file(folder_.path() / "later" / "access.log", 1'000);
  const auto failed = file.append("one\n");
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().message.find("access.log"), std::string::npos);
  std::filesystem::create_directory(folder_.path() / "later");
  ASSERT_TRUE(file.append("two\n"));
  EXPECT_EQ(read("later/access.log"), "two\n");
}

TEST_F(AccessFileTest, follows_no_link) {
  std::filesystem::create_symlink(folder_.path() / "elsewhere", path());
  EXPECT_FALSE(AccessFile(path(), 1'000).append("one\n"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "elsewhere"));
}

}  // namespace
}  // namespace slipway::gateway
