#pragma once
// The parent of control and gateway on one machine. It owns the listening sockets and keeps both
// children running: a child that dies is started again, at once the first time, then with growing
// pauses. It holds no database and no container socket, and of secrets only the keys of TLS, which
// it hands to the gateway (ADR 17). SIGTERM drains the gateway, then
// ends control, then the parent. `slipwayd upgrade` makes it a new program in the same process.

#include <string>
#include <vector>

#include "base/log.h"
#include "settings.h"

namespace slipway::app {

// A child that ends with this status cannot be helped by starting it again (a corrupt database, a
// bad setting): the parent ends everything and exits with it too. As EX_CONFIG of sysexits(3).
inline constexpr int kGivesUp = 78;

// `arguments`: the flags that this process got, handed on to the children. `program`: where it
// lies, and a new one will for an upgrade (ADR 20). Returns the exit status.
int run_parent(const Settings& settings, const std::vector<std::string>& arguments,
               const std::string& program, const Logger& log);

}  // namespace slipway::app
