#include "operations/restore.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <vector>

#include "operations/scratch_folder.h"
#include "operations/state_files.h"
#include "operations/unpack.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "store/database_copy.h"

namespace slipway::operations {
namespace fs = std::filesystem;
namespace {

// Neither the parent nor a control started alone may have the directory while it is replaced.
Result<std::vector<os::LockFile>> lock_out_slipwayd(const fs::path& state_dir) {
  std::vector<os::LockFile> locks;
  TRY_ASSIGN(os::LockFile parent, os::LockFile::acquire(state_dir));
  locks.push_back(std::move(parent));
  std::error_code error;
  if (fs::is_directory(state_dir / kControlDirectory, error)) {
    TRY_ASSIGN(os::LockFile control,
               os::LockFile::acquire(state_dir / kControlDirectory, "control's directory"));
    locks.push_back(std::move(control));
  }
  return locks;
}

Result<os::UniqueFd> open_archive(const std::string& from) {
  os::UniqueFd fd(from == "-" ? ::dup(STDIN_FILENO) : ::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return fail(errno_error("cannot read " + from, errno));
  return fd;
}

fs::path free_name_beside(const fs::path& state_dir, const Clock& clock) {
  std::string time = format_rfc3339(clock.now()).substr(0, 19);
  std::replace(time.begin(), time.end(), ':', '-');
  const fs::path wanted = state_dir.string() + ".before-restore-" + time;
  fs::path free = wanted;
  for (int i = 2; fs::exists(free); ++i) free = fmt::format("{}-{}", wanted.string(), i);
  return free;
}

Failure cannot_replace(const fs::path& state_dir, int problem) {
  const Error error = errno_error(
      fmt::format("cannot put the restored state directory at {}", state_dir.string()), problem);
  if (problem != EBUSY && problem != EXDEV) return fail(error);
  return fail(error.code, error.message +
                              "; it is a file system of its own, which cannot be replaced as a "
                              "whole: give --state-dir a folder inside of it");
}

// Puts `fresh` in the place of `state_dir` and the old one at `aside`.
Result<void> exchange(const fs::path& fresh, const fs::path& state_dir, const fs::path& aside) {
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, state_dir.c_str(), RENAME_EXCHANGE) == 0) {
    if (::rename(fresh.c_str(), aside.c_str()) != 0) return cannot_replace(aside, errno);
    return {};
  }
  // Some file systems cannot exchange two names; then there is an instant with none.
  if (errno != EINVAL && errno != ENOSYS) return cannot_replace(state_dir, errno);
  if (::rename(state_dir.c_str(), aside.c_str()) != 0) return cannot_replace(state_dir, errno);
  if (::rename(fresh.c_str(), state_dir.c_str()) == 0) return {};
  const int problem = errno;
  (void)::rename(aside.c_str(), state_dir.c_str());
  return cannot_replace(state_dir, problem);
}

// What runs goes on while we are away, and is found again by folders that no backup holds.
Result<void> take_along(const fs::path& aside, const fs::path& state_dir) {
  for (const char* name : {kReplicaDirectory, kSocketDirectory, kModelDirectory}) {
    if (!fs::exists(aside / name)) continue;
    if (::rename((aside / name).c_str(), (state_dir / name).c_str()) != 0) {
      return fail(errno_error(fmt::format("the restore is done, but {} could not be moved to {}; "
                                          "move it by hand",
                                          (aside / name).string(), state_dir.string()),
                              errno));
    }
  }
  return {};
}

Result<RestoreReport> restore_in(const RestoreOptions& options, const Clock& clock) {
  fs::path state_dir = fs::absolute(options.state_dir).lexically_normal();
  if (!state_dir.has_filename()) state_dir = state_dir.parent_path();
  const bool occupied = fs::exists(state_dir) && !fs::is_empty(state_dir);
  if (occupied && !options.force) {
    return fail(ErrorCode::kConflict,
                fmt::format("the state directory {} is not empty. Give another one with "
                            "--state-dir, or move this one aside with --force",
                            state_dir.string()));
  }
  std::vector<os::LockFile> locks;
  if (occupied) {
    TRY_ASSIGN(locks, lock_out_slipwayd(state_dir));
  }
  TRY(os::make_directory(state_dir.parent_path()));
  TRY_ASSIGN(ScratchFolder fresh,
             ScratchFolder::make(state_dir.parent_path(), ".slipway-restore-"));
  TRY_ASSIGN(const os::UniqueFd archive, open_archive(options.from));
  const std::string what = options.from == "-" ? "standard input" : options.from;

  RestoreReport report;
  TRY_ASSIGN(report.manifest, unpack_backup(archive.get(), what, fresh.path()));
  TRY_ASSIGN(const store::DatabaseFacts facts,
             store::inspect_database(fresh.path() / kDatabaseFile));
  TRY(store::forget_control_id(fresh.path() / kDatabaseFile));
  report.newest_schema = facts.newest_schema;
  report.lacks_keys = !report.manifest.keys;

  if (occupied) {
    report.moved_to = free_name_beside(state_dir, clock);
    TRY(exchange(fresh.path(), state_dir, report.moved_to));
    fresh.release();
    TRY(take_along(report.moved_to, state_dir));
  } else {
    // Replaces an empty folder, and fails when somebody has put something there meanwhile.
    if (::rename(fresh.path().c_str(), state_dir.c_str()) != 0) {
      return cannot_replace(state_dir, errno);
    }
    fresh.release();
  }
  TRY(os::sync_directory(state_dir.parent_path(), "cannot write " + state_dir.string()));
  return report;
}

}  // namespace

Result<RestoreReport> restore_backup(const RestoreOptions& options, const Clock& clock) {
  try {
    return restore_in(options, clock);
  } catch (const fs::filesystem_error& error) {
    return fail(ErrorCode::kUnavailable, fmt::format("nothing was restored: {}", error.what()));
  }
}

}  // namespace slipway::operations
