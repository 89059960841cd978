#include "gateway/access_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "os/file.h"

namespace slipway::gateway {

AccessFile::AccessFile(const std::filesystem::path& path, uint64_t max_bytes)
    : path_(path.string()), max_bytes_(max_bytes) {}

Result<void> AccessFile::append(std::string_view lines) {
  if (fd_ && !is_in_place()) fd_.reset();
  if (!fd_) TRY(open());
  if (size_ > 0 && size_ + lines.size() > max_bytes_ / 2) TRY(rotate());
  Result<void> written = os::write_all(fd_.get(), lines, path_);
  if (!written) {
    // A line that is there in part would be none for whoever reads it.
    (void)::ftruncate(fd_.get(), static_cast<off_t>(size_));
    return written;
  }
  size_ += lines.size();
  return {};
}

Result<void> AccessFile::open() {
  os::UniqueFd fd(
      ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!fd) return fail(errno_error("opening " + path_, errno));
  struct stat state {};
  if (::fstat(fd.get(), &state) != 0) return fail(errno_error(path_, errno));
  size_ = static_cast<uint64_t>(state.st_size);
  fd_ = std::move(fd);
  return {};
}

Result<void> AccessFile::rotate() {
  const std::string before = path_ + ".1";
  if (::rename(path_.c_str(), before.c_str()) != 0) {
    return fail(errno_error("renaming " + path_ + " to " + before, errno));
  }
  fd_.reset();
  return open();
}

bool AccessFile::is_in_place() const {
  struct stat mine {};
  struct stat there {};
  return ::fstat(fd_.get(), &mine) == 0 && ::stat(path_.c_str(), &there) == 0 &&
         mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

}  // namespace slipway::gateway
