#include "identity/webhook_signature.h"

#include <fmt/format.h>
#include <sodium.h>

#include "base/base64.h"

namespace slipway::identity {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr size_t kSecretBytes = 32;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string make_webhook_secret(Random& random) {
  std::string bytes(kSecretBytes, '\0');
  random.fill(std::as_writable_bytes(std::span(bytes)));
  return std::string(kPrefix) + base64_encode(bytes);
}

std::string webhook_signature(std::string_view secret, std::string_view id, int64_t seconds,
                              std::string_view body) {
  std::string key;
  if (!secret.starts_with(kPrefix)) return "";
  if (!base64_decode(secret.substr(kPrefix.size()), key) || key.empty()) return "";
  const std::string head = fmt::format("{}.{}.", id, seconds);
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(head), head.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(body), body.size());
  std::string digest(crypto_auth_hmacsha256_BYTES, '\0');
  crypto_auth_hmacsha256_final(&state, reinterpret_cast<unsigned char*>(digest.data()));
  return "v1," + base64_encode(digest);
}

}  // namespace slipway::identity
