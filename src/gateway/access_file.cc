#include "gateway/access_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "os/file.h"

namespace slipway::gateway {

AccessFile::AccessFile(const std::filesystem::path& path, uint64_t max_bytes)
    : path_(path.string()), max_bytes_(max_bytes) {}

Result<void> AccessFile::append(std::string_view lines) {
  TRY(lock());
  if (size_ > 0 && size_ + lines.size() > max_bytes_ / 2) {
    TRY(rotate());
    TRY(lock());
  }
  Result<void> written = os::write_all(fd_.get(), lines, path_);
  if (!written) {
    // A line that is there in part would be none for whoever reads it.
    (void)::ftruncate(fd_.get(), static_cast<off_t>(size_));
  }
  (void)::flock(fd_.get(), LOCK_UN);
  return written;
}

Result<void> AccessFile::lock() {
  while (true) {
    if (!fd_) TRY(open());
    if (::flock(fd_.get(), LOCK_EX) != 0) {
      if (errno == EINTR) continue;
      return fail(errno_error("locking " + path_, errno));
    }
    if (is_in_place()) return {};
    fd_.reset();  // and with it the lock: the other process made it anew, or somebody took it away
  }
}

Result<void> AccessFile::open() {
  os::UniqueFd fd(
      ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!fd) return fail(errno_error("opening " + path_, errno));
  fd_ = std::move(fd);
  return {};
}

Result<void> AccessFile::rotate() {
  const std::string before = path_ + ".1";
  const os::UniqueFd locked = std::move(fd_);  // until this returns
  if (::rename(path_.c_str(), before.c_str()) != 0) {
    return fail(errno_error("renaming " + path_ + " to " + before, errno));
  }
  return {};
}

bool AccessFile::is_in_place() {
  struct stat mine {};
  struct stat there {};
  if (::fstat(fd_.get(), &mine) != 0 || ::stat(path_.c_str(), &there) != 0) return false;
  size_ = static_cast<uint64_t>(mine.st_size);
  return mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

}  // namespace slipway::gateway
