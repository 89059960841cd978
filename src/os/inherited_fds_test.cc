#include "os/inherited_fds.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

namespace slipway::os {
namespace {

// In a process of its own: the numbers from 3 on belong to the test program here. True when
// `check` held there.
bool in_child(const std::function<bool()>& check) {
  const pid_t pid = fork();
  if (pid == 0) {
    const int null_fd = open("/dev/null", O_RDONLY);
    for (int fd = 3; fd < 5; ++fd) dup2(null_fd, fd);
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    setenv("LISTEN_FDS", "2", 1);
    setenv("LISTEN_FDNAMES", "public:api", 1);
    _exit(check() ? 0 : 1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(InheritedFds, takes_what_was_handed_over_once) {
  EXPECT_TRUE(in_child([] {
    auto fds = take_inherited_fds();
    return fds && fds->size() == 2 && (*fds)[0].fd.get() == 3 && (*fds)[0].name == "public" &&
           (*fds)[1].fd.get() == 4 && (*fds)[1].name == "api" &&
           (fcntl(3, F_GETFD) & FD_CLOEXEC) != 0 && std::getenv("LISTEN_FDS") == nullptr &&
           take_inherited_fds()->empty();
  }));
}

TEST(InheritedFds, leaves_alone_what_is_meant_for_another_process) {
  EXPECT_TRUE(in_child([] {
    setenv("LISTEN_PID", "1", 1);
    auto fds = take_inherited_fds();
    return fds && fds->empty() && fcntl(3, F_GETFD) >= 0;
  }));
}

TEST(InheritedFds, calls_missing_names_unknown) {
  EXPECT_TRUE(in_child([] {
    unsetenv("LISTEN_FDNAMES");
    auto fds = take_inherited_fds();
    return fds && fds->size() == 2 && (*fds)[1].name == "unknown";
  }));
}

TEST(InheritedFds, refuses_nonsense) {
  EXPECT_TRUE(in_child([] {
    setenv("LISTEN_FDS", "two", 1);
    return !take_inherited_fds();
  }));
  EXPECT_TRUE(in_child([] {
    setenv("LISTEN_FDS", "900", 1);
    return !take_inherited_fds();
  }));
}

TEST(InheritedFds, are_none_when_nobody_gave_any) {
  auto fds = take_inherited_fds();
  ASSERT_TRUE(fds);
  EXPECT_TRUE(fds->empty());
}

}  // namespace
}  // namespace slipway::os
