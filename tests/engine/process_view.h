#pragma once
// A running replica seen from outside through /proc and the cgroup files: what a test of an engine
// may know and do that the engine itself does not offer. Needs root. Any thread.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "engine/contract_suite.h"

namespace slipway::engine {

std::optional<std::string> environment_of_process(pid_t pid, const std::string& name);

// Writes "line 1" … "line <count>" to the process's own standard output. False when it cannot.
bool write_lines_as_process(pid_t pid, int count);

// From the cgroup controllers that hold the process, version 1 or 2.
EngineUnderTest::Limits cgroup_limits_of_process(pid_t pid);

}  // namespace slipway::engine
