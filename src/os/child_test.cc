#include "os/child.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>

#include "os/file.h"
#include "os/privileges.h"
#include "os/socket.h"
#include "os/temporary_directory_test.h"

namespace slipway::os {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// The shell's own descriptors; the one that lists them is closed again by the time it is looked at.
constexpr const char* kOpenDescriptors =
    "for f in /proc/$$/fd/*; do readlink $f > /dev/null && echo ${f##*/}; done";

struct ChildTest : testing::Test {
  // Runs a shell script to its end and returns what it printed.
  std::string run(ChildSpec spec, const std::string& script, ExitStatus* status = nullptr) {
    const auto path = directory.path() / "out";
    const UniqueFd out(open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    spec.argv = {"/bin/sh", "-c", script};
    if (spec.environment.empty()) spec.environment = {"PATH=/usr/bin:/bin"};
    spec.stdout_fd = out.get();
    auto child = Child::spawn(spec);
    EXPECT_TRUE(child) << child.error().message;
    if (!child) return "";
    const auto ended = child->wait(seconds(20));
    EXPECT_TRUE(ended && ended->has_value());
    if (status != nullptr) *status = **ended;
    return *read_file(path, 1024 * 1024);
  }

  Result<Child> sleeper(ChildSpec spec = {}) {
    spec.argv = {"/bin/sleep", "600"};
    return Child::spawn(spec);
  }

  TemporaryDirectory directory;
};

TEST_F(ChildTest, gets_the_environment_and_directory_that_it_was_given_and_no_other) {
  ChildSpec spec;
  spec.environment = {"PATH=/usr/bin:/bin", "GIVEN=yes"};
  spec.working_directory = "/usr";
  setenv("SLIPWAY_TEST_SECRET", "leaked", 1);
  const std::string out = run(spec, "pwd; env");
  unsetenv("SLIPWAY_TEST_SECRET");
  EXPECT_THAT(out, testing::StartsWith("/usr\n"));
  EXPECT_THAT(out, HasSubstr("GIVEN=yes\n"));
  EXPECT_THAT(out, testing::Not(HasSubstr("leaked")));
}

TEST_F(ChildTest, reports_exit_codes_and_signals) {
  ExitStatus status;
  run({}, "exit 7", &status);
  EXPECT_EQ(status.describe(), "exited with status 7");
  run({}, "kill -9 $$", &status);
  EXPECT_EQ(status.describe(), "was killed by signal 9 (Killed)");
  EXPECT_FALSE(status.ok());
}

TEST_F(ChildTest, says_why_a_program_cannot_be_started) {
  ChildSpec spec;
  spec.argv = {"/no/such/program"};
  auto missing = Child::spawn(spec);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message,
            "cannot start '/no/such/program': cannot run it: No such file or directory (ENOENT)");
  spec.argv = {"no-such-program-in-path"};
  EXPECT_THAT(Child::spawn(spec).error().message, HasSubstr("is not in the PATH"));
  spec.argv = {"/bin/true"};
  spec.working_directory = "/no/such/folder";
  EXPECT_THAT(Child::spawn(spec).error().message, HasSubstr("cannot enter its working directory"));
}

TEST_F(ChildTest, hands_over_descriptors_in_the_form_of_systemd) {
  auto first = listen_tcp({"127.0.0.1", 0});
  auto second = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(first && second);
  ChildSpec spec;
  // In an order that a careless renumbering would mix up.
  spec.passed_fds = {{second->get(), "public"}, {first->get(), "api"}};
  const std::string out =
      run(spec,
          "echo $LISTEN_FDS $LISTEN_FDNAMES; test $LISTEN_PID = $$ && echo mine; "
          "readlink /proc/self/fd/3; readlink /proc/self/fd/4; " +
              std::string(kOpenDescriptors));
  const auto link = [](int fd) {
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
  };
  EXPECT_EQ(out, "2 public:api\nmine\n" + link(second->get()) + "\n" + link(first->get()) +
                     "\n0\n1\n2\n3\n4\n");
}

TEST_F(ChildTest, leaks_no_descriptor_not_even_one_without_close_on_exec) {
  const UniqueFd open_file(open("/dev/null", O_RDONLY));
  EXPECT_EQ(run({}, kOpenDescriptors), "0\n1\n2\n");
}

TEST_F(ChildTest, starts_with_default_signals_and_an_empty_mask) {
  sigset_t set;
  sigset_t before;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, &before);
  const std::string out = run({}, "exec grep -E 'SigBlk|SigIgn' /proc/self/status");
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(out.substr(0, out.find('\n')), "SigBlk:\t0000000000000000");
  // Signals 32 and 33 are glibc's own: sigaction(2) through it leaves them as they were inherited,
  // and make(1) hands them on ignored.
  constexpr uint64_t kOfGlibc = uint64_t{3} << 31;
  const uint64_t ignored = std::stoull(out.substr(out.find("SigIgn:") + 7), nullptr, 16);
  EXPECT_EQ(ignored & ~kOfGlibc, 0u) << out;
}

TEST_F(ChildTest, obeys_resource_limits) {
  ChildSpec spec;
  spec.limits = {{RLIMIT_NOFILE, 77, 78}, {RLIMIT_CORE, 0, 0}};
  EXPECT_EQ(run(spec, "ulimit -Sn; ulimit -Hn; ulimit -c"), "77\n78\n0\n");
}

TEST_F(ChildTest, becomes_another_user_without_supplementary_groups) {
  if (!is_root()) GTEST_SKIP() << "needs root";
  ChildSpec spec;
  spec.run_as = RunAs{12345, 23456};
  spec.no_new_privileges = true;
  EXPECT_EQ(run(spec, "id -u; id -G; grep NoNewPrivs /proc/$$/status"),
            "12345\n23456\nNoNewPrivs:\t1\n");
}

TEST_F(ChildTest, is_terminated_politely_when_it_listens) {
  auto child = sleeper();
  ASSERT_TRUE(child);
  EXPECT_TRUE(is_running(child->identity()));
  EXPECT_FALSE(child->try_wait()->has_value());
  const auto status = child->terminate(seconds(20));
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->signal, SIGTERM);
  EXPECT_FALSE(is_running(child->identity()));
  EXPECT_TRUE(child->signal(SIGTERM));
  EXPECT_EQ((*child->try_wait())->signal, SIGTERM);
}

TEST_F(ChildTest, is_killed_when_it_does_not_listen_and_its_group_with_it) {
  const auto ready = directory.path() / "ready";
  ChildSpec spec;
  spec.argv = {"/bin/sh", "-c",
               "trap '' TERM; sleep 600 & echo $! > " + ready.string() + ".new; mv " +
                   ready.string() + ".new " + ready.string() + "; while true; do wait; done"};
  spec.environment = {"PATH=/usr/bin:/bin"};
  spec.group = ProcessGroup::kNewSession;
  auto child = Child::spawn(spec);
  ASSERT_TRUE(child) << child.error().message;
  Result<std::string> grandchild = read_file(ready, 100);
  for (int i = 0; i < 20'000 && !grandchild; ++i) {
    EXPECT_FALSE(child->wait(milliseconds(1))->has_value());
    grandchild = read_file(ready, 100);
  }
  ASSERT_TRUE(grandchild);
  const auto other = identify_process(std::stoi(*grandchild));
  const auto status = child->terminate(milliseconds(20));
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(status->signal, SIGKILL);
  for (int i = 0; i < 20'000 && other && is_running(*other); ++i) usleep(1000);
  EXPECT_FALSE(other && is_running(*other));
}

TEST_F(ChildTest, dies_with_its_parent_when_told_to) {
  // The parent is a process of its own: death signals follow the thread that spawned.
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    ChildSpec spec;
    spec.parent_death_signal = SIGKILL;
    auto child = sleeper(spec);
    const pid_t pid = child ? child->pid() : 0;
    (void)!write(ends[1], &pid, sizeof pid);
    _exit(0);
  }
  pid_t pid = 0;
  ASSERT_EQ(read(ends[0], &pid, sizeof pid), static_cast<ssize_t>(sizeof pid));
  const auto grandchild = identify_process(pid);
  waitpid(parent, nullptr, 0);
  for (int i = 0; i < 20'000 && grandchild && is_running(*grandchild); ++i) usleep(1000);
  EXPECT_FALSE(grandchild && is_running(*grandchild));
  close(ends[0]);
  close(ends[1]);
}

TEST_F(ChildTest, an_identity_with_another_start_time_is_not_this_process) {
  auto child = sleeper();
  ASSERT_TRUE(child);
  ProcessIdentity recycled = child->identity();
  recycled.start_time += 1;
  EXPECT_FALSE(is_running(recycled));
  EXPECT_EQ(signal_process(recycled, SIGKILL).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(signal_process_group(recycled, SIGKILL).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(terminate_process(recycled, seconds(1)));  // gone already, as far as that goes
  EXPECT_TRUE(is_running(child->identity()));
  EXPECT_TRUE(terminate_process(child->identity(), seconds(20)));
  EXPECT_EQ((*child->wait(seconds(20)))->signal, SIGTERM);
}

TEST_F(ChildTest, the_environment_is_passed_on_without_the_listen_variables) {
  setenv("LISTEN_FDS", "3", 1);
  setenv("SLIPWAY_TEST_PASSED", "on", 1);
  const auto variables = current_environment();
  unsetenv("LISTEN_FDS");
  unsetenv("SLIPWAY_TEST_PASSED");
  EXPECT_THAT(variables, testing::Contains("SLIPWAY_TEST_PASSED=on"));
  EXPECT_THAT(variables, testing::Not(testing::Contains("LISTEN_FDS=3")));
}

}  // namespace
}  // namespace slipway::os
