#include "os/privileges.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace slipway::os {
namespace {

TEST(FindUser, knows_root_and_says_who_is_missing) {
  const auto root = find_user("root");
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ(root->uid, 0u);
  EXPECT_EQ(find_user("no-such-user-here").error().code, ErrorCode::kNotFound);
}

TEST(DropPrivileges, has_no_way_back) {
  if (!is_root()) GTEST_SKIP() << "needs root";
  const pid_t pid = fork();
  if (pid == 0) {
    const bool dropped = drop_privileges(12345, 23456) && forbid_new_privileges();
    const bool stays = setuid(0) != 0 && setgid(0) != 0 && getgroups(0, nullptr) == 0;
    _exit(dropped && stays && getuid() == 12345 && getgid() == 23456 ? 0 : 1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(DropPrivileges, refuses_root_as_the_lesser_user) {
  EXPECT_EQ(drop_privileges(0, 0).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace slipway::os
