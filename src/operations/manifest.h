#pragma once
// The first file of a backup: what is in it and where it comes from. Pure values.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace slipway::operations {

// Grows when an older program could not restore what a newer one wrote.
inline constexpr int64_t kBackupFormat = 1;
inline constexpr const char* kManifestName = "manifest.json";
// The last file: the digest of the manifest itself, so that no byte of a backup goes unchecked.
inline constexpr const char* kSealName = "manifest.blake2b";
inline constexpr size_t kMaxManifestBytes = size_t{1024} * 1024;

struct BackupFile {
  std::string name;
  uint64_t bytes = 0;
  std::string blake2b;  // 128 bits in hex, as `b2sum -l 128` prints them
  bool operator==(const BackupFile&) const = default;
};

struct Manifest {
  std::string slipway_version;
  int64_t schema = 0;
  Timestamp created_at{};
  std::string installation;
  bool keys = false;
  std::vector<BackupFile> files;
  bool operator==(const Manifest&) const = default;
};

std::string write_manifest(const Manifest& manifest);
// kInvalid with the field's path; kConflict when a newer Slipway wrote it.
Result<Manifest> read_manifest(std::string_view text);

std::string digest_text(std::string_view bytes);
Result<std::string> digest_of_file(const std::string& path);

}  // namespace slipway::operations
