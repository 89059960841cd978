#pragma once
// This process goes on as another program, with the same pid, parent and children. Main thread,
// which must be the only one that matters: exec ends all others.

#include <string>
#include <vector>

#include "base/result.h"

namespace slipway::os {

// argv[0] is the program, a path. `environment`: "NAME=value", complete. `kept` stay open under
// their numbers; every other descriptor that is close-on-exec goes. Blocked signals stay blocked,
// and those that are pending stay so. Returns only on failure, and then nothing has changed.
Error replace_process(const std::vector<std::string>& argv,
                      const std::vector<std::string>& environment, const std::vector<int>& kept);

// For what comes after: closes with the next exec, unless it is kept again. kNotFound: not open.
Result<void> close_on_exec(int fd);

}  // namespace slipway::os
