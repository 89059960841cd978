#include "operations/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "operations/scratch_folder.h"
#include "operations/state_files.h"
#include "operations/tar_archive.h"
#include "os/fd.h"
#include "os/file.h"
#include "store/database_copy.h"

namespace slipway::operations {
namespace fs = std::filesystem;
namespace {

constexpr size_t kMaxSmallFile = size_t{1024} * 1024;
constexpr int kAttempts = 3;

using SmallFiles = std::map<std::string, std::string>;

struct Material {
  SmallFiles small;
  fs::path database;
  store::DatabaseFacts facts;
};

Result<SmallFiles> read_small_files(const BackupOptions& options) {
  SmallFiles files;
  std::vector<std::string> names;
  if (options.with_keys) {
    TRY_ASSIGN(names, key_files(options.state_dir));
  }
  std::error_code error;
  if (fs::exists(options.state_dir / kInstallationFile, error))
    names.emplace_back(kInstallationFile);
  for (const std::string& name : names) {
    TRY_ASSIGN(files[name], os::read_file(options.state_dir / name, kMaxSmallFile));
  }
  return files;
}

// A key that is rotated while the database is copied would not open what is in the copy: so the
// keys must be the same before and after.
Result<Material> gather(const BackupOptions& options, const fs::path& scratch) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const fs::path copy = scratch / fmt::format("copy{}.db", attempt);
    TRY_ASSIGN(SmallFiles before, read_small_files(options));
    TRY(store::copy_database(options.state_dir / kDatabaseFile, copy));
    TRY_ASSIGN(const SmallFiles after, read_small_files(options));
    if (before == after) {
      TRY_ASSIGN(store::DatabaseFacts facts, store::inspect_database(copy));
      return Material{std::move(before), copy, std::move(facts)};
    }
    TRY(os::remove_file(copy));
  }
  return fail(ErrorCode::kConflict,
              "key files changed each time while the database was copied; run it again when their "
              "rotation is done");
}

Result<Manifest> describe(const BackupOptions& options, const Material& material,
                          const Clock& clock) {
  Manifest manifest{.slipway_version = options.slipway_version,
                    .schema = material.facts.schema,
                    .created_at = clock.now(),
                    .installation = material.facts.installation,
                    .keys = options.with_keys,
                    .files = {}};
  for (const auto& [name, content] : material.small) {
    manifest.files.push_back({name, content.size(), digest_text(content)});
  }
  TRY_ASSIGN(std::string digest, digest_of_file(material.database.string()));
  manifest.files.push_back({kDatabaseFile, fs::file_size(material.database), std::move(digest)});
  return manifest;
}

Result<void> write_archive(int fd, const std::string& what, const Manifest& manifest,
                           const Material& material) {
  TarWriter tar(fd, what, manifest.created_at);
  const std::string text = write_manifest(manifest);
  TRY(tar.add(kManifestName, text));
  for (const auto& [name, content] : material.small) TRY(tar.add(name, content));
  TRY(tar.add_file(kDatabaseFile, material.database));
  TRY(tar.add(kSealName, digest_text(text) + "\n"));
  return tar.finish();
}

Result<void> write_to_file(const fs::path& target, const Manifest& manifest,
                           const Material& material, const fs::path& scratch) {
  // In a folder beside the target: rename(2) is atomic within one file system only.
  const fs::path fresh = scratch / "backup.tar";
  const os::UniqueFd fd(
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  const std::string what = "cannot write " + target.string();
  if (!fd) return fail(errno_error(what, errno));
  TRY(write_archive(fd.get(), target.string(), manifest, material));
  if (::fchmod(fd.get(), 0600) != 0 || ::fsync(fd.get()) != 0 ||
      ::rename(fresh.c_str(), target.c_str()) != 0) {
    return fail(errno_error(what, errno));
  }
  return os::sync_directory(scratch.parent_path(), what);
}

Result<Manifest> make_in(const BackupOptions& options, const Clock& clock) {
  const bool to_output = options.to == "-";
  const fs::path target = fs::absolute(options.to);
  const fs::path beside = to_output ? options.state_dir : target.parent_path();
  std::error_code error;
  if (!to_output && fs::is_directory(target, error)) {
    return fail(ErrorCode::kInvalid, fmt::format("{} is a folder; name a file", target.string()));
  }
  if (!fs::is_regular_file(options.state_dir / kDatabaseFile, error)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no database in {}; name the state directory with --state-dir",
                            options.state_dir.string()));
  }
  TRY_ASSIGN(const ScratchFolder scratch, ScratchFolder::make(beside, ".slipway-backup-"));
  TRY_ASSIGN(const Material material, gather(options, scratch.path()));
  TRY_ASSIGN(Manifest manifest, describe(options, material, clock));
  if (to_output) {
    TRY(write_archive(STDOUT_FILENO, "standard output", manifest, material));
  } else {
    TRY(write_to_file(target, manifest, material, scratch.path()));
  }
  return manifest;
}

}  // namespace

Result<Manifest> make_backup(const BackupOptions& options, const Clock& clock) {
  try {
    return make_in(options, clock);
  } catch (const fs::filesystem_error& error) {
    return fail(ErrorCode::kUnavailable, fmt::format("the backup was not made: {}", error.what()));
  }
}

}  // namespace slipway::operations
