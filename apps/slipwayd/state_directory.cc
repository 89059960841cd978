#include "state_directory.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "operations/state_files.h"
#include "os/file.h"
#include "os/privileges.h"

namespace slipway::app {
namespace fs = std::filesystem;

fs::path database_file(const Settings& settings) {
  return fs::path(settings.state_dir) / operations::kDatabaseFile;
}
fs::path metrics_file(const Settings& settings) {
  return fs::path(settings.state_dir) / "metrics.db";
}
fs::path gateway_directory(const Settings& settings) {
  return fs::path(settings.state_dir) / "gateway";
}
fs::path replica_directory(const Settings& settings) {
  return fs::path(settings.state_dir) / operations::kReplicaDirectory;
}
fs::path socket_directory(const Settings& settings) {
  return fs::path(settings.state_dir) / operations::kSocketDirectory;
}
fs::path log_directory(const Settings& settings) { return fs::path(settings.state_dir) / "logs"; }
fs::path control_lock_directory(const Settings& settings) {
  return fs::path(settings.state_dir) / operations::kControlDirectory;
}
fs::path secrets_key_file(const Settings& settings) {
  return fs::path(settings.state_dir) / (std::string("secrets") + operations::kKeySuffix);
}
fs::path installation_file(const Settings& settings) {
  return fs::path(settings.state_dir) / operations::kInstallationFile;
}
fs::path url_file(const Settings& settings) { return fs::path(settings.state_dir) / "url"; }
fs::path tls_url_file(const Settings& settings) { return fs::path(settings.state_dir) / "tls_url"; }
fs::path self_signed_file(const Settings& settings) {
  return fs::path(settings.state_dir) / "self-signed.pem";
}

Result<void> prepare_state_directory(const Settings& settings) {
  const fs::path root(settings.state_dir);
  TRY(os::make_directory(root, 0700));
  struct stat info {};
  if (::stat(root.c_str(), &info) != 0) return fail(errno_error(root.string(), errno));
  if (info.st_uid != ::geteuid()) {
    return fail(
        ErrorCode::kDenied,
        fmt::format("state directory {} belongs to user {}, not to us (user {}); give another "
                    "one with --state-dir",
                    root.string(), info.st_uid, ::geteuid()));
  }
  if ((info.st_mode & 077) != 0) {
    return fail(ErrorCode::kDenied,
                fmt::format("state directory {} may be entered by others (mode {:04o}); it holds "
                            "secrets: chmod 700 {}",
                            root.string(), info.st_mode & 07777, root.string()));
  }
  TRY(os::make_directory(control_lock_directory(settings), 0700));
  TRY(os::make_directory(replica_directory(settings), 0700));
  TRY(os::make_directory(log_directory(settings), 0700));
  TRY(os::make_directory(socket_directory(settings), 0700));
  TRY(os::make_directory(gateway_directory(settings), 0700));
  if (os::is_root() && !settings.gateway_user.empty()) {
    TRY_ASSIGN(const os::SystemUser user, os::find_user(settings.gateway_user));
    if (::chown(gateway_directory(settings).c_str(), user.uid, user.gid) != 0) {
      return fail(errno_error(gateway_directory(settings).string(), errno));
    }
    // A gateway holds this folder open from before it gave its rights up, and may go through it.
    const fs::path sockets = socket_directory(settings);
    if (::chown(sockets.c_str(), info.st_uid, user.gid) != 0 ||
        ::chmod(sockets.c_str(), 0710) != 0) {
      return fail(errno_error(sockets.string(), errno));
    }
  }
  return {};
}

}  // namespace slipway::app
