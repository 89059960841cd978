#include "identity/secret_box.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>

#include "base/base64.h"

namespace slipway::identity {
namespace {

constexpr char kVersion = 1;
constexpr size_t kKeyIdBytes = 8;
constexpr size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr size_t kHeadBytes = 1 + kKeyIdBytes + kNonceBytes;
constexpr std::string_view kLinePrefix = "slipway-secrets-key-1 ";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string random_bytes(Random& random, size_t count) {
  std::string out(count, '\0');
  random.fill(std::as_writable_bytes(std::span(out)));
  return out;
}

std::string raw_id(const SecretKey& key) {
  constexpr std::string_view kPurpose = "slipway secrets key id";
  std::array<unsigned char, crypto_generichash_BYTES> digest{};
  crypto_generichash(digest.data(), digest.size(), bytes_of(kPurpose), kPurpose.size(),
                     bytes_of(key.bytes), key.bytes.size());
  return {reinterpret_cast<const char*>(digest.data()), kKeyIdBytes};
}

// Version, key and owner cannot be changed either.
std::string associated_data(std::string_view head, std::string_view owner) {
  return std::string(head.substr(0, 1 + kKeyIdBytes)) + std::string(owner);
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace

std::string SecretKey::id() const { return hex(raw_id(*this)); }

SecretKey make_secret_key(Random& random) { return {random_bytes(random, kKeyBytes)}; }

std::string format_secret_keys(const std::vector<SecretKey>& keys) {
  std::string out =
      "# What seals Slipway's pull secrets. Keep a copy away from the database: without this file\n"
      "# they cannot be read any more. The first key seals, any others only open.\n";
  for (const SecretKey& key : keys) {
    out += fmt::format("{}{}\n", kLinePrefix, base64_encode(key.bytes));
  }
  return out;
}

Result<std::vector<SecretKey>> parse_secret_keys(std::string_view text) {
  std::vector<SecretKey> keys;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    SecretKey key;
    if (!line.starts_with(kLinePrefix) ||
        !base64_decode(line.substr(kLinePrefix.size()), key.bytes) ||
        key.bytes.size() != kKeyBytes) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("line {} is no key: it must be '{}' and {} bytes as base64", number,
                              kLinePrefix.substr(0, kLinePrefix.size() - 1), kKeyBytes));
    }
    keys.push_back(std::move(key));
  }
  if (keys.empty()) return fail(ErrorCode::kInvalid, "there is no key in it");
  return keys;
}

SecretBox::SecretBox(std::vector<SecretKey> keys, Random& random)
    : keys_(std::move(keys)), random_(random) {}

SecretBox::~SecretBox() {
  for (SecretKey& key : keys_) sodium_memzero(key.bytes.data(), key.bytes.size());
}

std::string SecretBox::seal(std::string_view plain, std::string_view owner) const {
  const SecretKey& key = keys_.front();
  std::string out;
  out.push_back(kVersion);
  out += raw_id(key);
  out += random_bytes(random_, kNonceBytes);
  const std::string nonce = out.substr(1 + kKeyIdBytes);
  const std::string about = associated_data(out, owner);
  out.resize(kHeadBytes + plain.size() + kTagBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(
      reinterpret_cast<unsigned char*>(out.data()) + kHeadBytes, nullptr, bytes_of(plain),
      plain.size(), bytes_of(about), about.size(), nullptr, bytes_of(nonce), bytes_of(key.bytes));
  return out;
}

const SecretKey* SecretBox::key_of(std::string_view sealed) const {
  if (sealed.size() < kHeadBytes + kTagBytes || sealed.front() != kVersion) return nullptr;
  const std::string_view id = sealed.substr(1, kKeyIdBytes);
  const auto at = std::find_if(keys_.begin(), keys_.end(),
                               [&](const SecretKey& key) { return raw_id(key) == id; });
  return at == keys_.end() ? nullptr : &*at;
}

bool SecretBox::knows_key_of(std::string_view sealed) const { return key_of(sealed) != nullptr; }

bool SecretBox::is_current(std::string_view sealed) const {
  return key_of(sealed) == &keys_.front();
}

Result<std::string> SecretBox::open(std::string_view sealed, std::string_view owner) const {
  const SecretKey* key = key_of(sealed);
  if (key == nullptr) {
    return fail(ErrorCode::kInternal,
                "it was sealed with a key that is not in the key file; put the key file back that "
                "belongs to this database, or give the secret anew");
  }
  const std::string about = associated_data(sealed, owner);
  const std::string_view body = sealed.substr(kHeadBytes);
  std::string plain(body.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr, bytes_of(body),
          body.size(), bytes_of(about), about.size(), bytes_of(sealed.substr(1 + kKeyIdBytes)),
          bytes_of(key->bytes)) != 0) {
    return fail(ErrorCode::kInternal,
                "what is stored of it was changed or belongs to another secret; give it anew");
  }
  return plain;
}

std::string secret_owner(std::string_view table, std::string_view group, std::string_view name) {
  return fmt::format("{}:{}{}:{}{}:{}", table.size(), table, group.size(), group, name.size(),
                     name);
}

}  // namespace slipway::identity
