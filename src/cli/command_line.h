#pragma once
// The command line as a whole: parses the arguments, runs one command, prints its error and gives
// the exit code. What main calls; tests call it with an Outside of their own.

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/outside.h"

namespace slipway::cli {

// `arguments` without the program's name. Gives an ExitCode as int.
int run_command_line(std::vector<std::string> arguments, const Outside& outside);

// "error: ..." and a line for each wrong field, for people.
std::string describe_error(const Error& error);

}  // namespace slipway::cli
