#pragma once
// The access log's file and the one before it: when `path` would grow over half of what may be
// kept, it becomes `path`.1, and what stood there is gone. A file that somebody took away
// (logrotate does) is made anew. One thread; two processes may write
// to it at a time, as they do while one gateway takes over from another.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/fd.h"

namespace slipway::gateway {

class AccessFile {
 public:
  // `max_bytes`: of both files together. Nothing is touched before the first append().
  AccessFile(const std::filesystem::path& path, uint64_t max_bytes);

  // Whole lines: after an error none of them is there. A failure is not the end: the next call
  // tries again.
  Result<void> append(std::string_view lines);

 private:
  Result<void> open();
  // Opens what is missing, and holds the file against the other process.
  Result<void> lock();
  Result<void> rotate();
  bool is_in_place();

  const std::string path_;
  const uint64_t max_bytes_;
  os::UniqueFd fd_;
  uint64_t size_ = 0;
};

}  // namespace slipway::gateway
