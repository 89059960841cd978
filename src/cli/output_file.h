#pragma once
// A file that is there whole or not at all: written beside its place with mode 0600, put there by
// keep(). One thread.

#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway::cli {

class OutputFile {
 public:
  // kInvalid, with the reason, when it cannot be written.
  static Result<OutputFile> create(const std::string& path);
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;
  // Takes away what was not kept.
  ~OutputFile();

  // false: it does not go on; keep() says why.
  bool write(std::string_view bytes);
  Result<void> keep();

 private:
  OutputFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string beside() const { return path_ + ".new"; }

  std::string path_;
  int fd_;  // -1: kept, or moved away
  int problem_ = 0;
};

}  // namespace slipway::cli
