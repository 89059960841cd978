#include "operations/manifest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/json.h"
#include "base/json_reader.h"
#include "operations/state_files.h"
#include "operations/tar_archive.h"
#include "os/fd.h"
#include "snapshot/digest.h"

namespace slipway::operations {
namespace {

bool is_plain_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= kMaxTarName && name[0] != '.' &&
         std::all_of(name.begin(), name.end(), plain);
}

// Nothing but what backup writes gets into a state directory.
bool belongs_in_backup(std::string_view name) {
  return is_plain_name(name) &&
         (name == kDatabaseFile || name == kInstallationFile || name.ends_with(kKeySuffix));
}

void read_file_entry(JsonReader& item, Manifest& manifest) {
  BackupFile file;
  file.name = item.required_string("name");
  file.bytes = static_cast<uint64_t>(item.required_integer("bytes", {0, INT64_MAX}));
  file.blake2b = item.required_string("blake2b");
  const auto same = [&](const BackupFile& other) { return other.name == file.name; };
  if (!belongs_in_backup(file.name)) {
    item.add_fault("name", "is no file of a backup");
  } else if (std::any_of(manifest.files.begin(), manifest.files.end(), same)) {
    item.add_fault("name", "stands twice");
  }
  manifest.files.push_back(std::move(file));
}

}  // namespace

std::string write_manifest(const Manifest& manifest) {
  Json files = Json::array();
  for (const BackupFile& file : manifest.files) {
    files.push_back({{"name", file.name}, {"bytes", file.bytes}, {"blake2b", file.blake2b}});
  }
  const Json document = {{"format", kBackupFormat},
                         {"slipway_version", manifest.slipway_version},
                         {"schema", manifest.schema},
                         {"created_at", format_rfc3339(manifest.created_at)},
                         {"installation", manifest.installation},
                         {"keys", manifest.keys},
                         {"files", files}};
  return dump_json_pretty(document) + "\n";
}

Result<Manifest> read_manifest(std::string_view text) {
  TRY_ASSIGN(const Json document, parse_json(text, {.bytes = kMaxManifestBytes, .depth = 8}));
  JsonReader reader(document);
  const int64_t format = reader.required_integer("format", {1, INT64_MAX});
  if (format > kBackupFormat) {
    return fail(ErrorCode::kConflict,
                fmt::format("the backup has format {}, this program knows up to {}: it was written "
                            "by a newer Slipway; restore it with that one",
                            format, kBackupFormat));
  }
  Manifest manifest;
  manifest.slipway_version = reader.required_string("slipway_version");
  manifest.schema = reader.required_integer("schema", {1, INT64_MAX});
  if (auto time = parse_rfc3339(reader.required_string("created_at")); time) {
    manifest.created_at = *time;
  } else {
    reader.add_fault("created_at", "must be a time as RFC 3339 writes it");
  }
  manifest.installation = reader.required_string("installation");
  manifest.keys = reader.optional_bool("keys").value_or(false);
  reader.optional_objects("files", [&](JsonReader& item) { read_file_entry(item, manifest); });
  const auto is_database = [](const BackupFile& file) { return file.name == kDatabaseFile; };
  if (std::none_of(manifest.files.begin(), manifest.files.end(), is_database)) {
    reader.add_fault("files", fmt::format("must name {}", kDatabaseFile));
  }
  TRY(reader.finish());
  return manifest;
}

std::string digest_text(std::string_view bytes) {
  std::string text;
  for (const uint8_t byte : snapshot::digest_of(bytes)) text += fmt::format("{:02x}", byte);
  return text;
}

Result<std::string> digest_of_file(const std::string& path) {
  const os::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) return fail(errno_error("cannot read " + path, errno));
  if (info.st_size == 0) return digest_text({});
  const auto size = static_cast<size_t>(info.st_size);
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (mapped == MAP_FAILED) return fail(errno_error("cannot map " + path, errno));
  std::string text = digest_text({static_cast<const char*>(mapped), size});
  ::munmap(mapped, size);
  return text;
}

}  // namespace slipway::operations
