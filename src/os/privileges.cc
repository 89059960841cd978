#include "os/privileges.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace slipway::os {

Result<SystemUser> find_user(const std::string& name) {
  std::vector<char> buffer(4096);
  passwd entry{};
  passwd* found = nullptr;
  int error;
  while ((error = getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found)) ==
             ERANGE &&
         buffer.size() < 1024 * 1024) {
    buffer.resize(2 * buffer.size());
  }
  if (found != nullptr) return SystemUser{name, entry.pw_uid, entry.pw_gid};
  // POSIX lets a missing name be an error or not (getpwnam_r(3)).
  if (error == 0 || error == ENOENT || error == ESRCH) {
    return fail(ErrorCode::kNotFound, fmt::format("this machine has no user '{}'", name));
  }
  return fail(errno_error(fmt::format("cannot look up the user '{}'", name), error));
}

bool is_root() { return geteuid() == 0; }

Result<void> drop_privileges(uid_t uid, gid_t gid) {
  const std::string what = fmt::format("cannot become user {} and group {}", uid, gid);
  if (uid == 0) return fail(ErrorCode::kInvalid, what + ": that is root");
  if (is_root() && setgroups(0, nullptr) != 0) return fail(errno_error(what, errno));
  if (setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0) {
    return fail(errno_error(what, errno));
  }
  // Trust nothing: the way back must be closed.
  if (setuid(0) == 0 || geteuid() != uid || getuid() != uid || getegid() != gid) {
    return fail(ErrorCode::kInternal, what + ": the old rights can be had back");
  }
  return {};
}

Result<void> forbid_new_privileges() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail(errno_error("cannot forbid new privileges", errno));
  }
  return {};
}

}  // namespace slipway::os
