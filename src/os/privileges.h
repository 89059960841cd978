#pragma once
// Giving rights up for good. Called in main() before any thread starts: Linux holds credentials per
// thread, and glibc's set*id() only carries them to the threads that it knows.

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace slipway::os {

struct SystemUser {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

// kNotFound when the machine knows no such user.
Result<SystemUser> find_user(const std::string& name);

bool is_root();

// Becomes uid:gid with no supplementary groups, in real, effective and saved ids, and proves that
// there is no way back. Needs root, unless we are that user already.
Result<void> drop_privileges(uid_t uid, gid_t gid);

// No exec of ours can ever gain rights again (prctl(2), PR_SET_NO_NEW_PRIVS).
Result<void> forbid_new_privileges();

}  // namespace slipway::os
