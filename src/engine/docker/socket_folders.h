#pragma once
// A folder for each replica, mounted into its container, in which the model may listen at a Unix
// socket beside its port: a gateway of this node then saves the TCP between the two.
//
//   <root>/<replica id>/model.sock      in the container /run/slipway/model.sock
//
// A replica's folder is writable for whatever user the image runs as, and so may hold anything.
// That is safe only where nobody but control and the gateways can enter `root`. Functions of files;
// any thread.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/replica.h"

namespace slipway::engine {

inline constexpr std::string_view kSocketName = "model.sock";
inline constexpr std::string_view kModelSocketFolder = "/run/slipway";
// Tells the model where to listen.
inline constexpr std::string_view kSocketVariable = "SLIPWAY_UNIX_SOCKET";

class SocketFolders {
 public:
  // An empty root, or one that the engine's "from:to" cannot name, has no folders.
  explicit SocketFolders(const std::filesystem::path& root);

  // Makes the replica's folder, which may be there, and names it; "" where there are none.
  Result<std::string> make(const domain::ReplicaKey& key) const;
  // Best effort: what a model left there in folders of its own may not be ours to remove.
  void remove(const domain::ReplicaKey& key) const;
  // The path of the replica's socket; "" while there is none to which everybody may connect.
  std::string find_socket(const domain::ReplicaKey& key) const;
  // Whose folders there are.
  std::vector<domain::ReplicaKey> all() const;

 private:
  // Nothing for a key that would lead elsewhere.
  std::optional<std::filesystem::path> folder_of(const domain::ReplicaKey& key) const;

  std::filesystem::path root_;
};

}  // namespace slipway::engine
