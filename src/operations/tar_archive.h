#pragma once
// A tar file (POSIX ustar) as a stream of named regular files, written and read on a descriptor
// that need not seek. Only what backups need: no folders, links or owners. One thread.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace slipway::operations {

// Longer names need extensions of the format that nobody here needs.
inline constexpr size_t kMaxTarName = 99;

class TarWriter {
 public:
  // `what` names the archive in errors.
  TarWriter(int fd, std::string what, Timestamp time)
      : fd_(fd), what_(std::move(what)), time_(time) {}

  Result<void> add(const std::string& name, std::string_view content);
  // Fails when the file's length changes meanwhile.
  Result<void> add_file(const std::string& name, const std::filesystem::path& file);
  // The end mark. Without it the archive counts as cut off.
  Result<void> finish();

 private:
  Result<void> add_header(const std::string& name, uint64_t size);
  Result<void> pad(uint64_t size);

  int fd_;
  std::string what_;
  Timestamp time_;
};

struct TarEntry {
  std::string name;
  uint64_t size = 0;
};

class TarReader {
 public:
  TarReader(int fd, std::string what) : fd_(fd), what_(std::move(what)) {}

  // The next file; what was not read of the one before is skipped. None: the end mark. kInvalid
  // when the archive is cut off or damaged, or holds something other than files.
  Result<std::optional<TarEntry>> next();
  // The content of the current file; kTooLarge above `max_bytes`.
  Result<std::string> read(size_t max_bytes);
  // The content of the current file, piece by piece.
  Result<void> read(const std::function<Result<void>(std::string_view)>& sink);

 private:
  Result<void> fill(char* into, size_t size);

  int fd_;
  std::string what_;
  uint64_t left_ = 0;     // of the current file
  uint64_t padding_ = 0;  // after it
};

}  // namespace slipway::operations
