#pragma once
// A child process with everything that it gets said explicitly: arguments, environment,
// descriptors, user, limits. Nothing else of ours reaches it: every descriptor beyond the named
// ones is closed, signals are back at their defaults.
//
// A Child is owned by one thread at a time. Destroying one neither ends nor reaps the process:
// whoever started it calls terminate(), or wait(), or leaves it to run on.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/fd.h"
#include "os/process.h"

namespace slipway::os {

struct PassedFd {
  int fd = -1;
  std::string name;  // of LISTEN_FDNAMES; no ':' in it
};

struct ResourceLimit {
  int resource = 0;  // RLIMIT_*
  uint64_t soft = 0;
  uint64_t hard = 0;
};

struct RunAs {
  uid_t uid = 0;
  gid_t gid = 0;
};

enum class ProcessGroup { kSame, kNewGroup, kNewSession };

struct ChildSpec {
  // argv[0] is what runs: a path, or a name that is looked up in this process's PATH.
  std::vector<std::string> argv;
  // "NAME=value", complete: nothing is inherited. LISTEN_* are added for `passed_fds`.
  std::vector<std::string> environment;
  std::string working_directory;  // empty: ours

  // Become 3, 4, … in this order, announced as systemd does (sd_listen_fds(3)). Not owned.
  std::vector<PassedFd> passed_fds;
  // Standard input is /dev/null. -1: the child shares ours.
  int stdout_fd = -1;
  int stderr_fd = -1;

  std::optional<RunAs> run_as;  // with no supplementary groups
  bool no_new_privileges = false;
  int parent_death_signal = 0;  // 0: it outlives us; tied to the *thread* that spawns (prctl(2))
  ProcessGroup group = ProcessGroup::kSame;
  std::vector<ResourceLimit> limits;
};

struct ExitStatus {
  int code = 0;    // of exit(), when signal is 0
  int signal = 0;  // that killed it
  bool ok() const { return code == 0 && signal == 0; }
  // "exited with status 1", "was killed by signal 9 (Killed)".
  std::string describe() const;
};

// This process's environment as ChildSpec wants it, without LISTEN_*.
std::vector<std::string> current_environment();

class Child {
 public:
  // Returns after exec: a program that cannot be started is an Error naming it and the cause.
  static Result<Child> spawn(const ChildSpec& spec);

  // A child of this process that was not reaped: one that the program before this one started
  // (os/replace_process.h), in no group of its own. kNotFound: it is none.
  static Result<Child> adopt(pid_t pid);

  Child(Child&&) noexcept = default;
  Child& operator=(Child&&) noexcept = default;

  const ProcessIdentity& identity() const { return identity_; }
  pid_t pid() const { return identity_.pid; }
  // Readable when the process has ended: to be polled.
  int pidfd() const { return pidfd_.get(); }

  // Reaps when it has ended; empty while it runs. Repeats its answer afterwards.
  Result<std::optional<ExitStatus>> try_wait();
  // Empty when it still runs after `timeout`.
  Result<std::optional<ExitStatus>> wait(std::chrono::milliseconds timeout);

  // A success when it has ended already.
  Result<void> signal(int signal_number);
  // SIGTERM, then SIGKILL after `grace`; reaps. To the whole group when it was given one.
  Result<ExitStatus> terminate(std::chrono::milliseconds grace);

 private:
  Child(ProcessIdentity identity, UniqueFd pidfd, bool leads_group)
      : identity_(identity), pidfd_(std::move(pidfd)), leads_group_(leads_group) {}

  ProcessIdentity identity_;
  UniqueFd pidfd_;
  bool leads_group_ = false;
  std::optional<ExitStatus> status_;
};

}  // namespace slipway::os
