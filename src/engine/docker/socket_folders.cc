#include "engine/docker/socket_folders.h"

#include <system_error>
#include <utility>

#include "os/file.h"
#include "os/socket_file.h"

namespace slipway::engine {

namespace fs = std::filesystem;

SocketFolders::SocketFolders(const fs::path& root) {
  if (root.empty()) return;
  std::error_code error;
  root_ = fs::absolute(root, error);
  if (error || root_.native().find(':') != std::string::npos) root_.clear();
}

std::optional<fs::path> SocketFolders::folder_of(const domain::ReplicaKey& key) const {
  if (root_.empty() || !domain::parse_replica_id(key.id())) return std::nullopt;
  return root_ / key.id();
}

Result<std::string> SocketFolders::make(const domain::ReplicaKey& key) const {
  const auto folder = folder_of(key);
  if (!folder) return std::string();
  TRY(os::make_directory(*folder, 0777));
  return folder->native();
}

void SocketFolders::remove(const domain::ReplicaKey& key) const {
  std::error_code ignored;
  if (const auto folder = folder_of(key)) fs::remove_all(*folder, ignored);
}

std::string SocketFolders::find_socket(const domain::ReplicaKey& key) const {
  const auto folder = folder_of(key);
  if (!folder) return {};
  std::string path = *folder / kSocketName;
  const auto file = os::SocketFile::open(path);
  return file && file->open_to_all() ? path : std::string();
}

std::vector<domain::ReplicaKey> SocketFolders::all() const {
  std::vector<domain::ReplicaKey> keys;
  std::error_code error;
  if (root_.empty()) return keys;
  for (fs::directory_iterator it(root_, error), end; !error && it != end; it.increment(error)) {
    if (auto key = domain::parse_replica_id(it->path().filename().native())) {
      keys.push_back(*std::move(key));
    }
  }
  return keys;
}

}  // namespace slipway::engine
