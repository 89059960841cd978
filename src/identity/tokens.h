#pragma once
// API tokens: "slw_" + 43 base64url characters (32 random bytes), shown once. The store keeps only
// a digest keyed with a random key of this installation, so that a copy of the table alone finds no
// token. Owned by Accounts; any thread.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "identity/principal.h"
#include "store/store.h"

namespace slipway::identity {

enum class TokenScope { kRead, kWrite };
std::string_view to_string(TokenScope scope);  // "read", "write"
std::optional<TokenScope> parse_token_scope(std::string_view text);

// What may be shown of a token at any time.
struct ApiToken {
  std::string id;
  std::string name;
  std::string user;
  TokenScope scope = TokenScope::kWrite;
  Timestamp created_at{};
  std::optional<Timestamp> last_used_at;  // at most a minute behind
  std::optional<Timestamp> expires_at;
  bool operator==(const ApiToken&) const = default;
};

struct NewToken {
  std::string user;
  std::string name;  // 1..80 visible characters
  TokenScope scope = TokenScope::kWrite;
  std::optional<std::chrono::seconds> lifetime;  // none: until it is revoked
};

struct IssuedToken {
  ApiToken token;
  std::string secret;  // "slw_..."; not to be had a second time
};

class Tokens {
 public:
  static constexpr std::chrono::seconds kLastUsedGrain{60};

  // Reads, or on the first start makes, the digest key.
  static Result<std::unique_ptr<Tokens>> open(store::Store& store, Clock& clock, Random& random);

  Result<IssuedToken> issue(const NewToken& wanted, const std::string& source_address);
  // Newest first.
  Result<std::vector<ApiToken>> list(const std::string& user);
  // Only `user`'s own; another's or an unknown one is kNotFound. Holds from the next request on.
  // `actor`: the user, or a platform admin.
  Result<void> revoke(const std::string& user, const std::string& token_id,
                      const std::string& actor, const std::string& source_address);
  // For the transaction of a caller: what was made is only there when that commits.
  Result<IssuedToken> issue(store::WriteTransaction& tx, const NewToken& wanted,
                            const std::string& source_address);
  // kUnauthenticated without saying whether unknown, expired or revoked. One indexed read, no
  // password hashing: well under a millisecond.
  Result<Principal> authenticate(std::string_view secret);

 private:
  Tokens(store::Store& store, Clock& clock, Random& random, std::string key);
  std::string digest(std::string_view secret) const;
  void note_use(const std::string& id, Timestamp now);

  store::Store& store_;
  Clock& clock_;
  Random& random_;
  const std::string key_;
};

}  // namespace slipway::identity
