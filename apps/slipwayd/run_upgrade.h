#pragma once
// `slipwayd upgrade`: asks the parent that runs on a state directory to become the program that now
// lies at its path, and shows what it says. Main thread.

#include <string>
#include <string_view>

#include "settings.h"

namespace slipway::app {

// Of the state directory. Whoever connects asks for an upgrade; the answer is lines, of which each
// begins with one of these, until one of the last two ends it.
inline constexpr const char* kUpgradeSocket = "upgrade.sock";
inline constexpr char kUpgradeStep = '+';
inline constexpr char kUpgradeDone = '=';
inline constexpr char kUpgradeRefused = '!';

std::string upgrade_socket(const Settings& settings);

// The exit status: 0 the new program serves, 1 it does not (the message says why).
int run_upgrade(const Settings& settings);

}  // namespace slipway::app
