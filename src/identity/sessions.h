#pragma once
// Sessions of browsers: a random secret in a cookie, of which the store has a keyed digest only,
// and a CSRF token that is derived from the secret, so that who can make a browser send the cookie
// still lacks the token. A session ends when it is unused for kIdle, at latest after kLongest, when
// its user signs out, is disabled or deleted, or gets another password. Owned by Accounts; any
// thread.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "identity/principal.h"
#include "store/store.h"
#include "store/users.h"

namespace slipway::identity {

struct NewSession {
  std::string user;
  std::string secret;  // for the cookie; not to be had a second time
  std::string csrf_token;
  Timestamp expires_at{};  // unless it is used until then
  bool must_change_password = false;
};

// Who shows a session's secret.
struct SignedIn {
  Principal principal;
  std::string csrf_token;
  Timestamp expires_at{};
};

class Sessions {
 public:
  static constexpr std::chrono::hours kIdle{12};
  static constexpr std::chrono::hours kLongest{7 * 24};
  static constexpr std::chrono::seconds kLastUsedGrain{60};

  // Reads, or on the first start makes, the digest key.
  static Result<std::unique_ptr<Sessions>> open(store::Store& store, Clock& clock, Random& random);

  // For somebody who has proven who they are, in the caller's transaction.
  Result<NewSession> begin(store::WriteTransaction& tx, const store::UserRow& user,
                           const std::string& source_address);
  // kUnauthenticated without saying why. One indexed read.
  Result<SignedIn> authenticate(std::string_view secret);
  // Signs out. A success when it is over already.
  Result<void> end(std::string_view secret, const std::string& source_address);

 private:
  Sessions(store::Store& store, Clock& clock, Random& random, std::string key);
  std::string digest(std::string_view secret) const;
  std::string csrf_token(std::string_view secret) const;

  store::Store& store_;
  Clock& clock_;
  Random& random_;
  const std::string key_;
};

}  // namespace slipway::identity
