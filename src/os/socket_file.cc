#include "os/socket_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace slipway::os {

Result<SocketFile> SocketFile::open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  struct stat status {};
  if (!fd || ::fstat(fd.get(), &status) != 0) return fail(errno_error(path, errno));
  if (!S_ISSOCK(status.st_mode)) return fail(ErrorCode::kInvalid, path + " is not a socket");
  return SocketFile(std::move(fd), (status.st_mode & S_IWOTH) != 0);
}

std::string SocketFile::path() const { return fmt::format("/proc/self/fd/{}", fd_.get()); }

}  // namespace slipway::os
