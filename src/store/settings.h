#pragma once
// Facts about this installation itself, by name; values are bytes. Made once, then never changed.

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store::settings {

// A random label, the owner of what the engines run for this installation.
inline constexpr std::string_view kInstallationId = "installation_id";
// A random id of this database's control plane, for snapshots.
inline constexpr std::string_view kControlId = "control_id";
// The key of the digests of clients' tokens, 32 random bytes: a secret.
inline constexpr std::string_view kClientDigestKey = "client_digest_key";
inline constexpr size_t kClientDigestKeyBytes = 32;

Result<std::optional<std::string>> find(ReadTransaction& tx, std::string_view name);
Result<void> put(WriteTransaction& tx, std::string_view name, std::string_view value);

// Read, and on the first call made: 12 characters of [a-z0-9].
Result<std::string> installation_id(WriteTransaction& tx, Random& random);
// Read, and on the first call made: a UUID.
Result<std::string> control_id(WriteTransaction& tx, Random& random);
// Read, and on the first call made. kInternal when what is stored is no key.
Result<std::string> client_digest_key(WriteTransaction& tx, Random& random);

}  // namespace slipway::store::settings
