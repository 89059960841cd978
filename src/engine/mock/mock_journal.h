#pragma once
// The memory of a MockEngine outside of its process: what was started, ended and stopped, one JSON
// object a line, so that the mock's replicas outlive a kill -9 as real ones do, and a test can read
// what "runs". One MockEngine owns it and calls it under its own lock.
//
// An append is one write(2): it survives the end of the process, not a power cut. A torn last line
// is dropped when the file is opened.

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "os/fd.h"

namespace slipway::engine {

class MockJournal {
 public:
  // Opens or makes `path`; `entries` gets what it holds, oldest first.
  static Result<MockJournal> open(const std::filesystem::path& path, std::vector<Json>* entries);

  Result<void> append(const Json& entry);
  // Replaces the content: done when the file has grown far past what it says.
  Result<void> rewrite(const std::vector<Json>& entries);

 private:
  MockJournal(std::filesystem::path path, os::UniqueFd fd)
      : path_(std::move(path)), fd_(std::move(fd)) {}

  std::filesystem::path path_;
  os::UniqueFd fd_;
};

}  // namespace slipway::engine
