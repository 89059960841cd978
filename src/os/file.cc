#include "os/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "os/fd.h"

namespace slipway::os {

Result<void> write_all(int fd, std::string_view content, const std::string& what) {
  while (!content.empty()) {
    const ssize_t n = write(fd, content.data(), content.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return fail(errno_error(what, errno));
    }
    content.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Result<void> sync_directory(const std::filesystem::path& directory, const std::string& what) {
  const UniqueFd fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || fsync(fd.get()) != 0) return fail(errno_error(what, errno));
  return {};
}

namespace {

std::filesystem::path directory_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, size_t max_bytes) {
  const std::string what = "cannot read " + path.string();
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) return fail(errno_error(what, errno));
  // Not by its size: files of /proc say 0, and a file may grow meanwhile.
  std::string content;
  std::array<char, 16 * 1024> piece;
  while (true) {
    const ssize_t n = read(fd.get(), piece.data(), piece.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return fail(errno_error(what, errno));
    }
    if (n == 0) return content;
    if (content.size() + static_cast<size_t>(n) > max_bytes) {
      return fail(ErrorCode::kTooLarge,
                  fmt::format("{}: it is longer than {} bytes", what, max_bytes));
    }
    content.append(piece.data(), static_cast<size_t>(n));
  }
}

Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          mode_t mode) {
  const std::string what = "cannot write " + path.string();
  // In the same folder: rename() is atomic within one file system only.
  std::string temporary = path.string() + ".XXXXXX";
  const UniqueFd fd(mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd) return fail(errno_error(what, errno));
  const auto write_it = [&]() -> Result<void> {
    TRY(write_all(fd.get(), content, what));
    if (fchmod(fd.get(), mode) != 0 || fsync(fd.get()) != 0 ||
        rename(temporary.c_str(), path.c_str()) != 0) {
      return fail(errno_error(what, errno));
    }
    return {};
  };
  if (auto written = write_it(); !written) {
    unlink(temporary.c_str());
    return written;
  }
  return sync_directory(directory_of(path), what);
}

Result<void> make_directory(const std::filesystem::path& path, mode_t mode) {
  const std::string what = "cannot make the folder " + path.string();
  std::error_code error;
  if (const auto parent = directory_of(path); !std::filesystem::exists(parent, error)) {
    TRY(make_directory(parent, 0755));
  }
  if (mkdir(path.c_str(), mode) == 0) {
    // Past the umask.
    if (chmod(path.c_str(), mode) != 0) return fail(errno_error(what, errno));
    return {};
  }
  const int made = errno;
  if (made == EEXIST && std::filesystem::is_directory(path, error)) return {};
  return fail(errno_error(what, made));
}

Result<void> remove_file(const std::filesystem::path& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return fail(errno_error("cannot remove " + path.string(), errno));
}

}  // namespace slipway::os
