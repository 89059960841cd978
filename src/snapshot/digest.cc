#include "snapshot/digest.h"

#include <sodium/crypto_generichash.h>
#include <sodium/utils.h>

namespace slipway::snapshot {

// BLAKE2b cannot fail for these sizes and needs no sodium_init(), which only picks faster code.

Digest digest_of(std::string_view bytes) {
  Digest digest;
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr,
                     0);
  return digest;
}

TokenDigest token_digest(std::string_view token, const DigestKey& key) {
  TokenDigest digest;
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(token.data()), token.size(), key.data(),
                     key.size());
  return digest;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace slipway::snapshot
