#pragma once
// One process at a time in a directory: a flock(2) on <directory>/lock, held until destruction or
// the end of the process, however it ends. Any thread.

#include <filesystem>
#include <string_view>

#include "base/result.h"
#include "os/fd.h"

namespace slipway::os {

class LockFile {
 public:
  // `what` names the directory in the message: "state directory /x is in use by process 42"
  // (kConflict).
  static Result<LockFile> acquire(const std::filesystem::path& directory,
                                  std::string_view what = "state directory");

  // One that the program before this one acquired (os/replace_process.h).
  static LockFile adopt(UniqueFd fd) { return LockFile(std::move(fd)); }
  int fd() const { return fd_.get(); }

 private:
  explicit LockFile(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace slipway::os
