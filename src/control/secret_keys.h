#pragma once
// The file with the keys that seal pull secrets and secrets of webhooks, and how it belongs to the
// database: a key file is made only when nothing is sealed yet, and one that opens not everything
// is refused at start, not found out by a failing pull.
//
// Changing the key is three steps, each of which leaves an installation that opens everything:
//
//   1. add_secret_key()         the file holds the new key before the old one
//   2. reseal_secrets()         one transaction seals every row with the new key
//   3. drop_old_secret_keys()   the file holds the new key only
//
// What was cut off in between is finished by doing all three again. Only while control does not
// run: it reads the file once, at start.

#include <filesystem>
#include <memory>

#include "base/random.h"
#include "base/result.h"
#include "identity/secret_box.h"
#include "store/store.h"

namespace slipway::control {

// Errors: kDenied when others may read the file; kNotFound when it is missing while something is
// sealed; kInvalid when it holds no keys; kConflict when something is sealed with another key. Each
// says what to do.
Result<std::unique_ptr<identity::SecretBox>> open_secret_box(store::Store& store,
                                                             const std::filesystem::path& file,
                                                             Random& random);

Result<void> add_secret_key(const std::filesystem::path& file, Random& random);
// How many rows were sealed anew. One that does not open fails it all, and nothing is changed.
Result<int64_t> reseal_secrets(store::Store& store, const identity::SecretBox& box);
Result<void> drop_old_secret_keys(const std::filesystem::path& file);

// All three. How many rows were sealed anew.
Result<int64_t> rotate_secret_key(store::Store& store, const std::filesystem::path& file,
                                  Random& random);

// The row that a pull secret's sealed bytes are bound to.
std::string pull_secret_owner(std::string_view group, std::string_view name);
// And that of a webhook's secret.
std::string webhook_owner(std::string_view id);

}  // namespace slipway::control
