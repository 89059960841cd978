#include "os/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <string>
#include <string_view>

#include "os/file.h"

namespace slipway::os {

namespace {

struct ProcessStat {
  char state = '?';
  uint64_t start_time = 0;
};

Failure no_such_process(pid_t pid) {
  return fail(ErrorCode::kNotFound, "there is no process " + std::to_string(pid));
}

Result<ProcessStat> read_stat(pid_t pid) {
  auto text = read_file("/proc/" + std::to_string(pid) + "/stat", 4096);
  // ESRCH while the process is just going.
  if (!text) return no_such_process(pid);
  // The name, in parentheses, may hold anything: count fields from the last parenthesis.
  std::string_view rest = *text;
  const size_t name_end = rest.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= rest.size()) {
    return fail(ErrorCode::kInternal, "cannot understand /proc/" + std::to_string(pid) + "/stat");
  }
  rest.remove_prefix(name_end + 2);
  ProcessStat stat;
  stat.state = rest[0];
  for (int field = 3; field < 22; ++field) {
    const size_t space = rest.find(' ');
    if (space == std::string_view::npos) break;
    rest.remove_prefix(space + 1);
  }
  std::from_chars(rest.data(), rest.data() + rest.size(), stat.start_time);
  return stat;
}

int send_signal(int pidfd, int signal) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0) == 0 ? 0 : errno;
}

// True when the process has ended within `timeout`.
bool wait_for_end(int pidfd, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd waiting{pidfd, POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0) return false;
  }
}

}  // namespace

Result<ProcessIdentity> identify_process(pid_t pid) {
  TRY_ASSIGN(const ProcessStat stat, read_stat(pid));
  return ProcessIdentity{pid, stat.start_time};
}

bool is_running(const ProcessIdentity& process) {
  const auto stat = read_stat(process.pid);
  return stat && stat->start_time == process.start_time && stat->state != 'Z' && stat->state != 'X';
}

Result<UniqueFd> open_process(const ProcessIdentity& process) {
  if (process.pid <= 0) return no_such_process(process.pid);
  UniqueFd fd(static_cast<int>(syscall(SYS_pidfd_open, process.pid, 0)));
  if (!fd) {
    if (errno == ESRCH) return no_such_process(process.pid);
    return fail(errno_error("cannot watch process " + std::to_string(process.pid), errno));
  }
  // Looked at after opening: from here on the descriptor cannot come to mean another process.
  TRY_ASSIGN(const ProcessIdentity found, identify_process(process.pid));
  if (found != process) return no_such_process(process.pid);
  return fd;
}

Result<void> signal_process(const ProcessIdentity& process, int signal) {
  TRY_ASSIGN(const UniqueFd fd, open_process(process));
  const int error = send_signal(fd.get(), signal);
  if (error == ESRCH) return no_such_process(process.pid);
  if (error != 0) {
    return fail(errno_error("cannot signal process " + std::to_string(process.pid), error));
  }
  return {};
}

Result<void> signal_process_group(const ProcessIdentity& leader, int signal) {
  // While the leader exists, even as a zombie, no other group can have its number.
  TRY_ASSIGN(const UniqueFd fd, open_process(leader));
  if (kill(-leader.pid, signal) == 0) return {};
  if (errno == ESRCH) return no_such_process(leader.pid);
  return fail(errno_error("cannot signal the process group " + std::to_string(leader.pid), errno));
}

Result<void> terminate_process(const ProcessIdentity& process, std::chrono::milliseconds grace,
                               bool group) {
  const auto gone_is_fine = [](Result<void> result) -> Result<void> {
    if (!result && result.error().code == ErrorCode::kNotFound) return {};
    return result;
  };
  const auto send = [&](int signal) {
    return gone_is_fine(group ? signal_process_group(process, signal)
                              : signal_process(process, signal));
  };
  auto fd = open_process(process);
  if (!fd) return gone_is_fine(fail(fd.error()));
  TRY(send(SIGTERM));
  if (!wait_for_end(fd->get(), grace)) {
    TRY(send(SIGKILL));
    // What is killed ends at once unless the kernel itself hangs on its behalf.
    if (!wait_for_end(fd->get(), std::chrono::seconds(30))) {
      return fail(ErrorCode::kDeadline, "process " + std::to_string(process.pid) +
                                            " does not end although it was killed");
    }
  } else if (group) {
    // Members that outlive their leader.
    (void)kill(-process.pid, SIGKILL);
  }
  return {};
}

}  // namespace slipway::os
