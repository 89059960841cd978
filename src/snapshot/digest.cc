#include "snapshot/digest.h"

#include <sodium/crypto_generichash.h>

namespace slipway::snapshot {

Digest digest_of(std::string_view bytes) {
  Digest digest;
  // Cannot fail for these sizes; needs no sodium_init(), which only picks faster code.
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr,
                     0);
  return digest;
}

}  // namespace slipway::snapshot
