#include "identity/keyed_digest.h"

#include <fmt/format.h>
#include <sodium.h>

#include "store/settings.h"

namespace slipway::identity {
namespace {

std::string random_bytes(Random& random, size_t count) {
  std::string out(count, '\0');
  random.fill(std::as_writable_bytes(std::span(out)));
  return out;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string keyed_digest(std::string_view key, std::string_view text) {
  std::string out(crypto_generichash_BYTES, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(out.data()), out.size(), bytes_of(text),
                     text.size(), bytes_of(key), key.size());
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<std::string> digest_key(store::Store& store, Random& random, std::string_view setting) {
  if (sodium_init() < 0) {
    return fail(ErrorCode::kInternal, "libsodium cannot be used on this machine");
  }
  TRY_ASSIGN(std::string key, store.write([&](store::WriteTransaction& tx) -> Result<std::string> {
    TRY_ASSIGN(const auto there, store::settings::find(tx, setting));
    if (there) return *there;
    std::string fresh = random_bytes(random, crypto_generichash_KEYBYTES);
    TRY(store::settings::put(tx, setting, fresh));
    return fresh;
  }));
  if (key.size() == crypto_generichash_KEYBYTES) return key;
  return fail(ErrorCode::kInternal,
              fmt::format("the stored key '{}' has a wrong length; the database is damaged, put a "
                          "backup in its place",
                          setting));
}

}  // namespace slipway::identity
