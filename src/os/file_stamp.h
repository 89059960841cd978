#pragma once
// Tells whether a file is another one than before, without reading it: by place, size and time of
// the last change, through links. Any thread.

#include <cstdint>
#include <filesystem>

namespace slipway::os {

struct FileStamp {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t bytes = -1;  // -1: there is none
  int64_t changed_nanos = 0;
  bool operator==(const FileStamp&) const = default;
};

FileStamp stamp_of(const std::filesystem::path& path);

}  // namespace slipway::os
