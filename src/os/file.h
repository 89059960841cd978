#pragma once
// Small files as a whole: bounded reads, and writes that are either all there or not at all, also
// after a power cut. Any thread.

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway::os {

// kNotFound when it is missing, kTooLarge when it holds more than `max_bytes`.
Result<std::string> read_file(const std::filesystem::path& path, size_t max_bytes);

// Replaces (or makes) `path` with `content` and exactly `mode`: temporary file, fsync, rename,
// fsync of the folder. Readers see the old or the new content, never a mixture.
Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          mode_t mode = 0644);

// Makes `path` and what is missing above it; the last one gets exactly `mode` when it is made here.
Result<void> make_directory(const std::filesystem::path& path, mode_t mode = 0755);

// All of it, across partial writes and interruptions. `what` begins the error's message.
Result<void> write_all(int fd, std::string_view content, const std::string& what);

// Brings the names in a folder to the disk: what rename(2) and open(2) did there.
Result<void> sync_directory(const std::filesystem::path& directory, const std::string& what);

// A success when it is not there.
Result<void> remove_file(const std::filesystem::path& path);

}  // namespace slipway::os
