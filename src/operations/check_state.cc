#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>

#include "operations/doctor_checks.h"
#include "operations/state_files.h"

namespace slipway::operations {
namespace fs = std::filesystem;
namespace {

constexpr const char* kStateDirectory = "state directory";
constexpr const char* kDisk = "disk";
constexpr uint64_t kMiB = uint64_t{1024} * 1024;
// Below this a backup, an upgrade or a burst of writes may fail.
constexpr uint64_t kLittleBytes = 1024 * kMiB;
constexpr uint64_t kTooFewBytes = 64 * kMiB;
constexpr uint64_t kLittleInodes = 1000;

Finding too_open(const fs::path& path, mode_t mode) {
  const bool folder = S_ISDIR(mode);
  return {kStateDirectory, Verdict::kProblem,
          fmt::format("{} can be reached by others (mode {:04o})", path.string(), mode & 07777U),
          fmt::format("chmod {} {}", folder ? "700" : "600", path.string())};
}

// Files and folders right below; the folders of models and replicas are the engine's business.
void check_entries(const fs::path& state_dir, Findings& findings) {
  std::error_code error;
  for (fs::directory_iterator it(state_dir, error), end; !error && it != end; it.increment(error)) {
    struct stat info {};
    if (::lstat(it->path().c_str(), &info) != 0) continue;
    if (S_ISLNK(info.st_mode)) continue;
    const bool secret = it->path().filename() == kDatabaseFile ||
                        it->path().filename().string().starts_with("slipway.db-") ||
                        it->path().extension() == kKeySuffix;
    if (secret && (info.st_mode & 077U) != 0)
      findings.push_back(too_open(it->path(), info.st_mode));
    if (secret && info.st_uid != ::geteuid()) {
      findings.push_back({kStateDirectory, Verdict::kProblem,
                          fmt::format("{} belongs to user {}, not to us (user {})",
                                      it->path().string(), info.st_uid, ::geteuid()),
                          fmt::format("chown it to the user that slipwayd runs as")});
    }
  }
  if (error) {
    findings.push_back({kStateDirectory, Verdict::kProblem,
                        errno_error("looking into " + state_dir.string(), error.value()).message,
                        "run it as the user that slipwayd runs as"});
  }
}

}  // namespace

Findings check_state_directory(const fs::path& state_dir) {
  struct stat info {};
  if (::stat(state_dir.c_str(), &info) != 0) {
    if (errno == ENOENT) {
      return {{kStateDirectory, Verdict::kWarning,
               fmt::format("there is no {} yet", state_dir.string()),
               "the first start of slipwayd makes it; or name another one with --state-dir"}};
    }
    return {{kStateDirectory, Verdict::kProblem, errno_error(state_dir.string(), errno).message,
             "run it as the user that slipwayd runs as"}};
  }
  if (!S_ISDIR(info.st_mode)) {
    return {{kStateDirectory, Verdict::kProblem, fmt::format("{} is no folder", state_dir.string()),
             "name the folder with --state-dir"}};
  }
  Findings findings;
  if (info.st_uid != ::geteuid()) {
    findings.push_back({kStateDirectory, Verdict::kProblem,
                        fmt::format("{} belongs to user {}, not to us (user {})",
                                    state_dir.string(), info.st_uid, ::geteuid()),
                        "run slipwayd and this command as its owner"});
  }
  if ((info.st_mode & 077U) != 0) findings.push_back(too_open(state_dir, info.st_mode));
  check_entries(state_dir, findings);
  if (findings.empty()) {
    findings.push_back({kStateDirectory, Verdict::kOk,
                        fmt::format("{} is ours and closed to others", state_dir.string())});
  }
  return findings;
}

Findings judge_space(const Space& space) {
  Findings findings;
  const std::string have =
      fmt::format("{} MiB of {} MiB are free", space.free_bytes / kMiB, space.total_bytes / kMiB);
  if (space.free_bytes < kTooFewBytes) {
    findings.push_back(
        {kDisk, Verdict::kProblem, have, "make room: writes fail when the disk is full"});
  } else if (space.free_bytes < kLittleBytes) {
    findings.push_back({kDisk, Verdict::kWarning, have, "make room before it is full"});
  }
  if (space.total_inodes > 0 && space.free_inodes < kLittleInodes) {
    findings.push_back(
        {kDisk, space.free_inodes == 0 ? Verdict::kProblem : Verdict::kWarning,
         fmt::format("{} of {} inodes are free", space.free_inodes, space.total_inodes),
         "delete small files on this file system"});
  }
  if (findings.empty()) findings.push_back({kDisk, Verdict::kOk, have});
  return findings;
}

Findings check_space(const fs::path& state_dir) {
  fs::path there = fs::absolute(state_dir);
  std::error_code error;
  while (!fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
  struct statvfs info {};
  if (::statvfs(there.c_str(), &info) != 0) {
    return {
        {kDisk, Verdict::kProblem, errno_error(there.string(), errno).message, "look at the disk"}};
  }
  Findings findings = judge_space({.free_bytes = uint64_t{info.f_bavail} * info.f_frsize,
                                   .total_bytes = uint64_t{info.f_blocks} * info.f_frsize,
                                   .free_inodes = info.f_favail,
                                   .total_inodes = info.f_files});
  if ((info.f_flag & ST_RDONLY) != 0) {
    findings.push_back({kDisk, Verdict::kProblem,
                        fmt::format("the file system of {} is read-only", there.string()),
                        "mount it for writing"});
  }
  return findings;
}

}  // namespace slipway::operations
