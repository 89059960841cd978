#pragma once
// What format_rfc3339() (clock.h) returns, appended to a string of the caller's: for whoever writes
// many lines with times. Pure.

#include <string>

#include "base/clock.h"

namespace slipway {

// "2026-01-31T12:00:00.000000Z"
void append_rfc3339(std::string& out, Timestamp time);

}  // namespace slipway
