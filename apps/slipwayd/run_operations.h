#pragma once
// The commands for operators: `slipwayd backup`, `restore`, `secrets rotate-key` and `doctor`. Each
// answers with the exit status: 0 done, 1 not done (the message says why). Main thread.

#include <string>

#include "settings.h"

namespace slipway::app {

struct BackupCommand {
  std::string to;
  bool without_keys = false;
};

struct RestoreCommand {
  std::string from;
  bool force = false;
};

struct DoctorCommand {
  bool json = false;
};

int run_backup(const Settings& settings, const BackupCommand& command);
int run_restore(const Settings& settings, const RestoreCommand& command);
// 1: there is a problem.
int run_doctor(const Settings& settings, const DoctorCommand& command);
int run_rotate_key(const Settings& settings);

}  // namespace slipway::app
