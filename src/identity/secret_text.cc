#include "identity/secret_text.h"

#include <sodium/utils.h>

#include <array>
#include <span>

namespace slipway::identity {

std::string make_secret(Random& random, std::string_view prefix) {
  std::array<unsigned char, 32> bytes{};
  random.fill(std::as_writable_bytes(std::span(bytes)));
  std::array<char, kSecretBodyLength + 1> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  sodium_memzero(bytes.data(), bytes.size());
  return std::string(prefix).append(text.data());
}

}  // namespace slipway::identity
