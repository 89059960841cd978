#pragma once
// Before a parent becomes another program it asks it: `PROGRAM can-take-over-1 FLAGS`. What answers
// with status 0 understands the handover, finds settings, certificates and database right, and
// prints the settings that hold open sockets, which an upgrade cannot change.

#include <string>
#include <string_view>

#include "base/result.h"
#include "settings.h"

namespace slipway::app {

// Not for people, so not in --help. The number is the form of the handover.
inline constexpr const char* kCanTakeOver = "can-take-over-1";

// In the new program; the exit status.
int run_can_take_over(const Settings& settings);

// "listen=127.0.0.1:8080", a line each.
std::string lasting_settings(const Settings& settings);

// In the old one. kConflict names the first setting that is another one in `there`.
Result<void> compare_lasting(std::string_view here, std::string_view there);

// The path that this program was started by, absolute, with its links: what lies there later is the
// new one. Where that is another file by now, the program's own.
std::string program_path(std::string_view argv0);

}  // namespace slipway::app
