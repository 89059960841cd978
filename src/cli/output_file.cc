#include "cli/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace slipway::cli {
namespace {

Failure cannot_write(const std::string& path, int problem) {
  return fail(ErrorCode::kInvalid,
              "cannot write " + path + ": " + std::generic_category().message(problem));
}

}  // namespace

Result<OutputFile> OutputFile::create(const std::string& path) {
  OutputFile out(path, -1);
  // Removed first: an old file there might be readable by others.
  ::unlink(out.beside().c_str());
  out.fd_ = ::open(out.beside().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (out.fd_ < 0) return cannot_write(out.beside(), errno);
  return out;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(other.fd_), problem_(other.problem_) {
  other.fd_ = -1;
}

OutputFile::~OutputFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(beside().c_str());
}

bool OutputFile::write(std::string_view bytes) {
  while (!bytes.empty() && problem_ == 0) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      problem_ = errno;
    } else {
      bytes.remove_prefix(static_cast<size_t>(written));
    }
  }
  return problem_ == 0;
}

Result<void> OutputFile::keep() {
  if (problem_ == 0 && ::fsync(fd_) != 0) problem_ = errno;
  if (problem_ == 0 && ::rename(beside().c_str(), path_.c_str()) != 0) problem_ = errno;
  if (problem_ != 0) return cannot_write(path_, problem_);
  ::close(fd_);
  fd_ = -1;
  return {};
}

}  // namespace slipway::cli
