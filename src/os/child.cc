#include "os/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>

extern char** environ;

namespace slipway::os {

namespace {

// Where, between fork and exec, a child failed.
enum class Step : int {
  kSession,
  kDeathSignal,
  kParentGone,
  kDescriptors,
  kDirectory,
  kLimit,
  kUser,
  kPrivileges,
  kExec
};

struct Setback {
  Step step;
  int error;
};

std::string_view describe(Step step) {
  switch (step) {
    case Step::kSession:
      return "cannot make a process group";
    case Step::kDeathSignal:
      return "cannot tie it to its parent";
    case Step::kParentGone:
      return "its parent ended first";
    case Step::kDescriptors:
      return "cannot hand over descriptors";
    case Step::kDirectory:
      return "cannot enter its working directory";
    case Step::kLimit:
      return "cannot set a resource limit";
    case Step::kUser:
      return "cannot become its user";
    case Step::kPrivileges:
      return "cannot forbid new privileges";
    case Step::kExec:
      return "cannot run it";
  }
  return "cannot start it";
}

constexpr std::string_view kListenPid = "LISTEN_PID=";

// Everything that the child needs, made before the fork: after it only async-signal-safe calls are
// allowed, which neither allocate nor lock.
struct Prepared {
  std::string program;
  std::vector<char*> argv;
  std::vector<std::string> environment;
  std::vector<char*> envp;
  std::array<char, 32> listen_pid{};
  std::vector<int> passed;  // duplicated above the numbers that they will get
  int null_fd = -1;
  int stdout_fd = -1;
  int stderr_fd = -1;
  int report_fd = -1;
};

Result<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");
  std::string_view folders = path != nullptr ? path : "/usr/local/bin:/usr/bin:/bin";
  while (!folders.empty()) {
    const size_t colon = folders.find(':');
    const std::string candidate = std::string(folders.substr(0, colon)) + "/" + name;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
    if (colon == std::string_view::npos) break;
    folders.remove_prefix(colon + 1);
  }
  return fail(ErrorCode::kNotFound, fmt::format("cannot start '{}': it is not in the PATH", name));
}

// Digits of `value` to `out`, ended by a zero; no allocation.
void write_decimal(char* out, long value) {
  std::array<char, 24> reversed{};
  size_t count = 0;
  do {
    reversed[count++] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value > 0);
  while (count > 0) *out++ = reversed[--count];
  *out = '\0';
}

[[noreturn]] void give_up(const Prepared& prepared, Step step) {
  const Setback setback{step, errno};
  (void)!write(prepared.report_fd, &setback, sizeof setback);
  _exit(127);
}

void arrange_descriptors(const Prepared& prepared) {
  if (dup2(prepared.null_fd, 0) < 0 || dup2(prepared.stdout_fd, 1) < 0 ||
      dup2(prepared.stderr_fd, 2) < 0) {
    give_up(prepared, Step::kDescriptors);
  }
  int next = 3;
  for (const int fd : prepared.passed) {
    if (dup2(fd, next++) < 0) give_up(prepared, Step::kDescriptors);
  }
  // The rest goes with exec: also what some library opened without close-on-exec.
  if (syscall(SYS_close_range, next, UINT_MAX, 4 /* CLOSE_RANGE_CLOEXEC */) != 0) {
    const long most = sysconf(_SC_OPEN_MAX);
    for (int fd = next; fd < most; ++fd) (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
}

[[noreturn]] void become(const ChildSpec& spec, Prepared& prepared, pid_t parent) {
  // Defaults and an empty mask: the program must not inherit our handling of signals.
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) (void)sigaction(signal, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, nullptr);

  if (spec.group == ProcessGroup::kNewSession && setsid() < 0) give_up(prepared, Step::kSession);
  if (spec.group == ProcessGroup::kNewGroup && setpgid(0, 0) != 0) {
    give_up(prepared, Step::kSession);
  }
  arrange_descriptors(prepared);
  for (const ResourceLimit& limit : spec.limits) {
    const rlimit wanted{limit.soft, limit.hard};
    if (setrlimit(static_cast<__rlimit_resource>(limit.resource), &wanted) != 0) {
      give_up(prepared, Step::kLimit);
    }
  }
  if (spec.run_as) {
    // The raw calls concern this thread, which is all there is after a fork; glibc's would look for
    // other threads.
    if (syscall(SYS_setgroups, 0, nullptr) != 0 ||
        syscall(SYS_setresgid, spec.run_as->gid, spec.run_as->gid, spec.run_as->gid) != 0 ||
        syscall(SYS_setresuid, spec.run_as->uid, spec.run_as->uid, spec.run_as->uid) != 0) {
      give_up(prepared, Step::kUser);
    }
  }
  // As the user that the program will be: it must be able to enter it.
  if (!spec.working_directory.empty() && chdir(spec.working_directory.c_str()) != 0) {
    give_up(prepared, Step::kDirectory);
  }
  if (spec.no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    give_up(prepared, Step::kPrivileges);
  }
  if (spec.parent_death_signal != 0) {
    // After the change of user, which clears it.
    if (prctl(PR_SET_PDEATHSIG, spec.parent_death_signal) != 0) {
      give_up(prepared, Step::kDeathSignal);
    }
    if (getppid() != parent) {
      errno = ESRCH;
      give_up(prepared, Step::kParentGone);
    }
  }
  write_decimal(prepared.listen_pid.data() + kListenPid.size(), getpid());
  execve(prepared.program.c_str(), prepared.argv.data(), prepared.envp.data());
  give_up(prepared, Step::kExec);
}

Result<void> check(const ChildSpec& spec) {
  if (spec.argv.empty()) return fail(ErrorCode::kInvalid, "cannot start a child without a program");
  for (const PassedFd& passed : spec.passed_fds) {
    if (passed.name.find(':') != std::string::npos) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("the name '{}' of a passed descriptor holds a colon", passed.name));
    }
  }
  return {};
}

void prepare_environment(const ChildSpec& spec, Prepared& prepared) {
  prepared.environment = spec.environment;
  if (!spec.passed_fds.empty()) {
    std::string names = "LISTEN_FDNAMES=";
    for (const PassedFd& passed : spec.passed_fds) names += passed.name + ":";
    names.pop_back();
    prepared.environment.push_back(std::move(names));
    prepared.environment.push_back("LISTEN_FDS=" + std::to_string(spec.passed_fds.size()));
    kListenPid.copy(prepared.listen_pid.data(), kListenPid.size());
    prepared.envp.push_back(prepared.listen_pid.data());
  }
  for (std::string& variable : prepared.environment) prepared.envp.push_back(variable.data());
  prepared.envp.push_back(nullptr);
}

ExitStatus status_of(const siginfo_t& info) {
  if (info.si_code == CLD_EXITED) return {info.si_status, 0};
  return {0, info.si_status};
}

}  // namespace

std::string ExitStatus::describe() const {
  if (signal == 0) return fmt::format("exited with status {}", code);
  const char* name = sigdescr_np(signal);
  return fmt::format("was killed by signal {} ({})", signal, name != nullptr ? name : "unknown");
}

std::vector<std::string> current_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (!text.starts_with("LISTEN_PID=") && !text.starts_with("LISTEN_FDS=") &&
        !text.starts_with("LISTEN_FDNAMES=")) {
      variables.emplace_back(text);
    }
  }
  return variables;
}

Result<Child> Child::spawn(const ChildSpec& spec) {
  TRY(check(spec));
  Prepared prepared;
  TRY_ASSIGN(prepared.program, find_program(spec.argv[0]));
  std::vector<std::string> arguments = spec.argv;
  for (std::string& argument : arguments) prepared.argv.push_back(argument.data());
  prepared.argv.push_back(nullptr);
  prepare_environment(spec, prepared);

  const std::string what = fmt::format("cannot start '{}'", spec.argv[0]);
  // All that is moved to a low number starts above all of them, so that none overwrites another.
  const int above = 3 + static_cast<int>(spec.passed_fds.size());
  std::vector<UniqueFd> held;
  const auto lift = [&](int fd) -> Result<int> {
    held.emplace_back(fcntl(fd, F_DUPFD_CLOEXEC, above));
    if (!held.back()) return fail(errno_error(what, errno));
    return held.back().get();
  };
  const UniqueFd null_file(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null_file) return fail(errno_error(what, errno));
  TRY_ASSIGN(prepared.null_fd, lift(null_file.get()));
  TRY_ASSIGN(prepared.stdout_fd, lift(spec.stdout_fd >= 0 ? spec.stdout_fd : 1));
  TRY_ASSIGN(prepared.stderr_fd, lift(spec.stderr_fd >= 0 ? spec.stderr_fd : 2));
  for (const PassedFd& passed : spec.passed_fds) {
    TRY_ASSIGN(const int lifted, lift(passed.fd));
    prepared.passed.push_back(lifted);
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fail(errno_error(what, errno));
  const UniqueFd report(ends[0]);
  UniqueFd write_end(ends[1]);
  TRY_ASSIGN(prepared.report_fd, lift(write_end.get()));

  const pid_t parent = getpid();
  // No handler of ours may run in the child before exec.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = fork();
  if (pid == 0) become(spec, prepared, parent);
  const int fork_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return fail(errno_error(what, fork_error));

  write_end.reset();
  held.clear();
  Setback setback{};
  ssize_t n;
  do {
    n = read(report.get(), &setback, sizeof setback);
  } while (n < 0 && errno == EINTR);
  if (n == static_cast<ssize_t>(sizeof setback)) {
    while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return fail(errno_error(fmt::format("{}: {}", what, describe(setback.step)), setback.error));
  }
  // Not reaped yet, so its pid is still its own.
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  auto identity = identify_process(pid);
  if (!pidfd || !identity) {
    const int error = errno;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return fail(errno_error(what + ": cannot watch it", error));
  }
  return Child(*identity, std::move(pidfd), spec.group != ProcessGroup::kSame);
}

Result<Child> Child::adopt(pid_t pid) {
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) return fail(errno_error(fmt::format("cannot watch process {}", pid), errno));
  TRY_ASSIGN(const ProcessIdentity identity, identify_process(pid));
  Child child(identity, std::move(pidfd), false);
  TRY(child.try_wait());
  return child;
}

Result<std::optional<ExitStatus>> Child::try_wait() {
  if (status_) return status_;
  siginfo_t info{};
  if (waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED | WNOHANG) != 0) {
    return fail(errno_error(fmt::format("cannot wait for process {}", pid()), errno));
  }
  if (info.si_pid != 0) status_ = status_of(info);
  return status_;
}

Result<std::optional<ExitStatus>> Child::wait(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    TRY_ASSIGN(const auto status, try_wait());
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (status || left.count() <= 0) return status;
    pollfd waiting{pidfd(), POLLIN, 0};
    (void)poll(&waiting, 1, static_cast<int>(std::min<int64_t>(left.count(), 60'000)));
  }
}

Result<void> Child::signal(int signal_number) {
  if (status_) return {};
  if (syscall(SYS_pidfd_send_signal, pidfd(), signal_number, nullptr, 0) != 0 && errno != ESRCH) {
    return fail(errno_error(fmt::format("cannot signal process {}", pid()), errno));
  }
  return {};
}

Result<ExitStatus> Child::terminate(std::chrono::milliseconds grace) {
  const auto send = [this](int number) {
    // Until it is reaped its pid, and so its group's number, is its own.
    if (leads_group_ && !status_ && kill(-pid(), number) == 0) return Result<void>{};
    return signal(number);
  };
  TRY(send(SIGTERM));
  TRY_ASSIGN(auto ended, wait(grace));
  if (!ended) {
    TRY(send(SIGKILL));
    TRY_ASSIGN(ended, wait(std::chrono::seconds(30)));
  } else if (leads_group_) {
    (void)kill(-pid(), SIGKILL);
  }
  if (!ended) {
    return fail(ErrorCode::kDeadline,
                fmt::format("process {} does not end although it was killed", pid()));
  }
  return *ended;
}

}  // namespace slipway::os
