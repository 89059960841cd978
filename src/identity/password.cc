#include "identity/password.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

namespace slipway::identity {
namespace {

constexpr size_t kShortest = 8;
constexpr size_t kLongest = 1024;

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (sodium_init() < 0 ||
      crypto_pwhash_str_alg(out.data(), password.data(), password.size(),
                            crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorCode::kUnavailable,
                "a password could not be hashed: 64 MiB of memory are needed for a moment");
  }
  return std::string(out.data());
}

bool verify_password(std::string_view hash, std::string_view password) {
  const std::string terminated(hash);
  return sodium_init() >= 0 &&
         crypto_pwhash_str_verify(terminated.c_str(), password.data(), password.size()) == 0;
}

void pretend_to_verify(std::string_view password) { (void)hash_password(password); }

Result<void> check_password(std::string_view password) {
  if (password.size() >= kShortest && password.size() <= kLongest &&
      password.find('\0') == std::string_view::npos) {
    return {};
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("a password must be {} to {} bytes long, without a zero byte; it is {}",
                          kShortest, kLongest, password.size()));
}

std::string generate_password(Random& random) {
  return fmt::format("{}-{}-{}-{}", random.base36(5), random.base36(5), random.base36(5),
                     random.base36(5));
}

}  // namespace slipway::identity
