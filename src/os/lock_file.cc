#include "os/lock_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <array>
#include <cerrno>
#include <string>

namespace slipway::os {

namespace {

// Who wrote its pid into the lock; "another process" when it has not come to that yet.
std::string holder_of(int fd) {
  std::array<char, 24> text{};
  const ssize_t n = pread(fd, text.data(), text.size(), 0);
  std::string digits(text.data(), n > 0 ? static_cast<size_t>(n) : 0);
  digits.resize(std::min(digits.find_first_not_of("0123456789"), digits.size()));
  return digits.empty() ? "another process" : "process " + digits;
}

}  // namespace

Result<LockFile> LockFile::acquire(const std::filesystem::path& directory, std::string_view what) {
  const std::filesystem::path path = directory / "lock";
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) {
    return fail(errno_error(fmt::format("cannot lock the {} {}", what, directory.string()), errno));
  }
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return fail(
          errno_error(fmt::format("cannot lock the {} {}", what, directory.string()), errno));
    }
    return fail(ErrorCode::kConflict, fmt::format("{} {} is in use by {}", what, directory.string(),
                                                  holder_of(fd.get())));
  }
  // For the message above alone: the lock is the kernel's, not the number.
  const std::string pid = fmt::format("{}\n", getpid());
  if (ftruncate(fd.get(), 0) != 0 ||
      pwrite(fd.get(), pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return fail(errno_error(fmt::format("cannot write {}", path.string()), errno));
  }
  return LockFile(std::move(fd));
}

}  // namespace slipway::os
