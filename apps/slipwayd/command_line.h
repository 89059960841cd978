#pragma once
// What the command line asks for: a role and the settings from flags > environment > file. The
// flags come from the option table, so that a new option needs no line here.

#include <string>
#include <vector>

#include "base/config/option_table.h"
#include "run_operations.h"
#include "settings.h"

namespace slipway::app {

enum class Role {
  kParent,
  kControl,
  kGateway,
  kBackup,
  kRestore,
  kDoctor,
  kRotateKey,
  kUpgrade,
  kConfigCheck,
  kConfigPrint,
  kVersion,
  kNothing
};

struct CommandLine {
  Role role = Role::kParent;
  // The flags as given, to be handed on to children.
  std::vector<std::string> flags;
  BackupCommand backup = {};    // with kBackup
  RestoreCommand restore = {};  // with kRestore
  DoctorCommand doctor = {};    // with kDoctor
  int exit_status = 0;          // with kNothing: --help was printed, or the usage was wrong
};

// Fills `settings` through `table` (bound to it). Problems of usage are printed to standard error.
CommandLine read_command_line(int argc, char** argv, config::OptionTable& table);

}  // namespace slipway::app
