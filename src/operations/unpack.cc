#include "operations/unpack.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "operations/tar_archive.h"
#include "os/fd.h"
#include "os/file.h"

namespace slipway::operations {
namespace {

constexpr size_t kMaxSealBytes = 64;

Failure damaged(const std::string& what, const std::string& how) {
  return fail(ErrorCode::kInvalid, fmt::format("{} is damaged: {}. Nothing was changed; take "
                                               "another backup",
                                               what, how));
}

Result<void> expect(TarReader& tar, const std::string& what, const std::string& name) {
  TRY_ASSIGN(const std::optional<TarEntry> entry, tar.next());
  if (entry && entry->name == name) return {};
  if (name == kManifestName) {
    return fail(ErrorCode::kInvalid, fmt::format("{} is no backup of Slipway", what));
  }
  return damaged(what, fmt::format("{} is missing", name));
}

Result<void> write_out(TarReader& tar, const std::filesystem::path& path) {
  const std::string writing = "cannot write " + path.string();
  const os::UniqueFd fd(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return fail(errno_error(writing, errno));
  TRY(tar.read([&](std::string_view piece) { return os::write_all(fd.get(), piece, writing); }));
  if (::fchmod(fd.get(), 0600) != 0 || ::fsync(fd.get()) != 0) {
    return fail(errno_error(writing, errno));
  }
  return {};
}

}  // namespace

Result<Manifest> unpack_backup(int fd, const std::string& what,
                               const std::filesystem::path& folder) {
  TarReader tar(fd, what);
  TRY(expect(tar, what, kManifestName));
  TRY_ASSIGN(const std::string text, tar.read(kMaxManifestBytes));
  auto manifest = read_manifest(text);
  if (!manifest && manifest.error().code == ErrorCode::kInvalid) {
    return damaged(what, fmt::format("{}: {}", kManifestName, manifest.error().message));
  }
  if (!manifest) return fail(manifest.error());
  for (const BackupFile& file : manifest->files) {
    TRY(expect(tar, what, file.name));
    const std::filesystem::path path = folder / file.name;
    TRY(write_out(tar, path));
    TRY_ASSIGN(const std::string digest, digest_of_file(path.string()));
    if (digest != file.blake2b || std::filesystem::file_size(path) != file.bytes) {
      return damaged(what, fmt::format("the checksum of {} is wrong", file.name));
    }
  }
  TRY(expect(tar, what, kSealName));
  TRY_ASSIGN(const std::string seal, tar.read(kMaxSealBytes));
  if (seal != digest_text(text) + "\n") {
    return damaged(what, fmt::format("the checksum of {} is wrong", kManifestName));
  }
  TRY_ASSIGN(const std::optional<TarEntry> more, tar.next());
  if (more) return damaged(what, fmt::format("{} does not belong there", more->name));
  TRY(os::sync_directory(folder, "cannot write " + folder.string()));
  return std::move(*manifest);
}

}  // namespace slipway::operations
