#include "store/owner_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

namespace slipway::store {

Result<OwnerLock> OwnerLock::acquire(const std::filesystem::path& database) {
  const std::string path = database.string() + "-lock";
  OwnerLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.fd_ < 0) return fail(errno_error("opening " + path, errno));
  if (::flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return fail(errno_error("locking " + path, errno));
    char text[32] = {};
    const ssize_t size = ::pread(lock.fd_, text, sizeof text - 1, 0);
    return fail(ErrorCode::kConflict,
                fmt::format("the database {} is in use by process {}; only one may have it open",
                            database.string(), size > 0 ? text : "(unknown)"));
  }
  // For the message above only; the lock is the kernel's.
  const std::string pid = fmt::to_string(::getpid());
  if (::ftruncate(lock.fd_, 0) != 0 ||
      ::pwrite(lock.fd_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return fail(errno_error("writing " + path, errno));
  }
  return lock;
}

OwnerLock::OwnerLock(OwnerLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

OwnerLock::~OwnerLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace slipway::store
