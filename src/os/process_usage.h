#pragma once
// What the processes of this machine use, from /proc/<pid>/stat (proc(5)). Any thread.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>

#include "base/result.h"

namespace slipway::os {

struct ProcessUse {
  // Since they began, with that of children that have ended and were waited for; in steps of a
  // clock tick.
  std::chrono::nanoseconds cpu_time{0};
  // Resident pages. One that several of them share counts with each.
  int64_t memory_bytes = 0;
};

// Summed by the process group that they are in.
Result<std::map<pid_t, ProcessUse>> use_by_process_group();

}  // namespace slipway::os
