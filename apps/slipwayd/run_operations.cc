#include "run_operations.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "control/secret_keys.h"
#include "engine_choice.h"
#include "operations/backup.h"
#include "operations/doctor.h"
#include "operations/restore.h"
#include "os/lock_file.h"
#include "os/system_clock.h"
#include "os/system_random.h"
#include "state_directory.h"
#include "store/store.h"

namespace slipway::app {
namespace {

int complain(const char* command, const Error& error) {
  std::cerr << fmt::format("slipwayd {}: {}\n", command, error.message);
  return 1;
}

std::string inventory(const operations::Manifest& manifest) {
  std::string text;
  for (const operations::BackupFile& file : manifest.files) {
    text += fmt::format("  {:<14} {:>12} bytes\n", file.name, file.bytes);
  }
  return text;
}

Result<int64_t> rotate_key(const Settings& settings) {
  std::error_code ignored;
  if (!std::filesystem::exists(database_file(settings), ignored)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no database {}; name the installation with --state-dir",
                            database_file(settings).string()));
  }
  auto lock = os::LockFile::acquire(control_lock_directory(settings), "control's directory");
  if (!lock) return fail(lock.error().within("stop slipwayd first"));
  TRY_ASSIGN(const std::unique_ptr<store::Store> store,
             store::Store::open(database_file(settings)));
  os::SystemRandom random;
  return control::rotate_secret_key(*store, secrets_key_file(settings), random);
}

}  // namespace

int run_backup(const Settings& settings, const BackupCommand& command) {
  if (command.to == "-" && ::isatty(STDOUT_FILENO) != 0) {
    std::cerr << "slipwayd backup: standard output is a terminal; send it to a file or a pipe\n";
    return 1;
  }
  const os::SystemClock clock;
  const auto made = operations::make_backup({.state_dir = settings.state_dir,
                                             .to = command.to,
                                             .with_keys = !command.without_keys,
                                             .slipway_version = SLIPWAY_VERSION},
                                            clock);
  if (!made) return complain("backup", made.error());
  // Standard output may be the backup itself.
  std::cerr << fmt::format("backup of {} (schema {}) to {}:\n{}", settings.state_dir, made->schema,
                           command.to == "-" ? "standard output" : command.to, inventory(*made));
  if (made->keys) {
    std::cerr << "it holds keys and digests: keep it as secret as the state directory\n";
  } else {
    std::cerr << "it holds no key files: keep those apart, what they seal cannot be read without "
                 "them\n";
  }
  return 0;
}

int run_restore(const Settings& settings, const RestoreCommand& command) {
  const os::SystemClock clock;
  const auto done = operations::restore_backup(
      {.from = command.from, .state_dir = settings.state_dir, .force = command.force}, clock);
  if (!done) return complain("restore", done.error());
  const operations::Manifest& manifest = done->manifest;
  std::cout << fmt::format("{} is restored from the backup of {} (Slipway {}):\n{}",
                           settings.state_dir, format_rfc3339(manifest.created_at),
                           manifest.slipway_version, inventory(manifest));
  if (!done->moved_to.empty()) {
    std::cout << fmt::format(
        "the state directory before it is at {}; its folders of models and "
        "replicas are in use again\n",
        done->moved_to.string());
  }
  if (manifest.schema < done->newest_schema) {
    std::cout << fmt::format("the next start brings the database from schema {} to {}\n",
                             manifest.schema, done->newest_schema);
  }
  if (done->lacks_keys) {
    std::cout << "the backup holds no key files: put them into the state directory before the "
                 "start\n";
  }
  std::cout << "start slipwayd: it adopts what still runs and ends what the backup does not know\n";
  return 0;
}

int run_doctor(const Settings& settings, const DoctorCommand& command) {
  const os::SystemClock clock;
  const operations::Findings findings = operations::examine(
      {.state_dir = settings.state_dir, .listen = settings.listen, .clock = clock, .engine = [&] {
         return ask_engine(settings);
       }});
  std::cout << (command.json ? operations::findings_json(findings)
                             : operations::findings_text(findings));
  return operations::any_problem(findings) ? 1 : 0;
}

int run_rotate_key(const Settings& settings) {
  const auto done = rotate_key(settings);
  if (!done) return complain("secrets rotate-key", done.error());
  std::cout << fmt::format("{} holds a new key; {} secrets are sealed with it\n",
                           secrets_key_file(settings).string(), *done);
  return 0;
}

}  // namespace slipway::app
