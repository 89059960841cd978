#pragma once
// Seals what must be kept but not be read by who gets hold of the database: XChaCha20-Poly1305 with
// a random nonce (libsodium). What is sealed is bound to the row that it belongs to, so that it
// opens in no other row, and names the key that opens it, so that keys can be changed.
//
// Sealed bytes: version (1) | key id (8) | nonce (24) | ciphertext and tag.
//
// Made by whoever has read the keys (control/secret_keys.h); any thread; never logs.

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace slipway::identity {

struct SecretKey {
  std::string bytes;  // 32
  // Made of the key itself, so that a mistyped key is another key: 16 hexadecimal digits.
  std::string id() const;
  bool operator==(const SecretKey&) const = default;
};

SecretKey make_secret_key(Random& random);

// A key file: "slipway-secrets-key-1 <base64>" a line; '#' begins a comment. The first key seals,
// the others only open.
std::string format_secret_keys(const std::vector<SecretKey>& keys);
// kInvalid by line, never quoting it. At least one key.
Result<std::vector<SecretKey>> parse_secret_keys(std::string_view text);

class SecretBox {
 public:
  // At least one key; `random` outlives the box.
  SecretBox(std::vector<SecretKey> keys, Random& random);
  ~SecretBox();
  SecretBox(const SecretBox&) = delete;
  SecretBox& operator=(const SecretBox&) = delete;

  // `owner` names the row; the same must be given to open().
  std::string seal(std::string_view plain, std::string_view owner) const;
  // kInternal, with what to do, when no key of ours sealed it, it was changed, or it is of another
  // owner.
  Result<std::string> open(std::string_view sealed, std::string_view owner) const;

  // Is it sealed with the key that seals now?
  bool is_current(std::string_view sealed) const;
  // Is there a key for it? Tells without opening.
  bool knows_key_of(std::string_view sealed) const;
  size_t key_count() const { return keys_.size(); }

 private:
  const SecretKey* key_of(std::string_view sealed) const;

  std::vector<SecretKey> keys_;
  Random& random_;
};

// The owner of a row with several parts in its key: parts that differ never give the same text.
std::string secret_owner(std::string_view table, std::string_view group, std::string_view name);

}  // namespace slipway::identity
