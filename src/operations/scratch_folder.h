#pragma once
// A folder of our own (mode 0700) with a name nobody else has, removed with what is in it when the
// object goes, unless it was given another name meanwhile. One thread.

#include <filesystem>
#include <string>

#include "base/result.h"

namespace slipway::operations {

class ScratchFolder {
 public:
  // `in` must exist; the name begins with `prefix`.
  static Result<ScratchFolder> make(const std::filesystem::path& in, const std::string& prefix);
  ~ScratchFolder();
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  ScratchFolder& operator=(ScratchFolder&&) = delete;

  const std::filesystem::path& path() const { return path_; }
  // It is somebody else's now, or gone: not removed any more.
  void release() { path_.clear(); }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace slipway::operations
