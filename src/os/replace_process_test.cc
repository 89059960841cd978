#include "os/replace_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "os/child.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/temporary_directory_test.h"

namespace slipway::os {
namespace {

using std::chrono::seconds;

TEST(ReplaceProcess, keeps_pid_children_and_the_descriptors_that_are_named) {
  const TemporaryDirectory directory;
  const std::string out = (directory.path() / "out").string();
  const UniqueFd kept(open(out.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  const UniqueFd other(open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(kept && other);
  const pid_t pid = fork();
  if (pid == 0) {
    ChildSpec spec;
    spec.argv = {"/bin/sh", "-c", "exit 7"};
    const auto child = Child::spawn(spec);
    // The child's end waits for who comes next.
    siginfo_t info{};
    (void)waitid(P_ALL, 0, &info, WEXITED | WNOWAIT);
    const std::string script = "exec 2>&1 >&" + std::to_string(kept.get()) +
                               "; echo $$ $GIVEN; test -e /proc/self/fd/" +
                               std::to_string(other.get()) + " || echo closed";
    (void)replace_process({"/bin/sh", "-c", script}, {"GIVEN=yes"}, {kept.get()});
    _exit(1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_EQ(*read_file(out, 1000), std::to_string(pid) + " yes\nclosed\n");
}

TEST(ReplaceProcess, changes_nothing_when_the_program_cannot_be_run) {
  const UniqueFd kept(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Error error = replace_process({"/no/such/program"}, {}, {kept.get()});
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.message.find("cannot become '/no/such/program'"), 0u);
  EXPECT_EQ(fcntl(kept.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_TRUE(close_on_exec(kept.get()));
  EXPECT_FALSE(close_on_exec(9999));
}

TEST(ReplaceProcess, children_of_the_program_before_are_taken_on_by_their_pid) {
  ChildSpec spec;
  spec.argv = {"/bin/sh", "-c", "exit 7"};
  pid_t pid = 0;
  {
    const auto child = Child::spawn(spec);  // whoever held it has gone, and it was not reaped
    ASSERT_TRUE(child);
    pid = child->pid();
  }
  auto adopted = Child::adopt(pid);
  ASSERT_TRUE(adopted) << adopted.error().message;
  const auto status = adopted->wait(seconds(20));
  ASSERT_TRUE(status && status->has_value());
  EXPECT_EQ((*status)->code, 7);
  EXPECT_FALSE(Child::adopt(pid)) << "it is reaped, and nobody's child any more";
}

}  // namespace
}  // namespace slipway::os
