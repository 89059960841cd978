#pragma once
// A process of this machine by pid and start time, so that a recycled pid is never taken for it.
// Works for children and for processes that an earlier run of ours started. Any thread.

#include <sys/types.h>

#include <chrono>
#include <cstdint>

#include "base/result.h"
#include "os/fd.h"

namespace slipway::os {

struct ProcessIdentity {
  pid_t pid = 0;
  // Clock ticks since boot (field 22 of /proc/<pid>/stat, proc(5)).
  uint64_t start_time = 0;
  bool operator==(const ProcessIdentity&) const = default;
};

// kNotFound when there is no such process.
Result<ProcessIdentity> identify_process(pid_t pid);

// False once it has ended; a zombie has ended.
bool is_running(const ProcessIdentity& process);

// A descriptor that becomes readable when the process ends (pidfd_open(2)); kNotFound when that
// very process is gone already.
Result<UniqueFd> open_process(const ProcessIdentity& process);

// kNotFound when that very process is gone. A signal to a group goes to every process of the group
// that `process` leads.
Result<void> signal_process(const ProcessIdentity& process, int signal);
Result<void> signal_process_group(const ProcessIdentity& leader, int signal);

// SIGTERM, then SIGKILL after `grace`; returns once it has ended. `group`: the same for the whole
// group that it leads. A process that is gone already is a success.
Result<void> terminate_process(const ProcessIdentity& process, std::chrono::milliseconds grace,
                               bool group = false);

}  // namespace slipway::os
