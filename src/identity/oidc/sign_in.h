#pragma once
// Signing in through an OpenID provider: authorization code with PKCE (OpenID Connect Core §3.1,
// RFC 7636, RFC 9700). begin() sends a browser there, finish() takes what it brings back and says
// begins the user's session. Made once by main when oidc_issuer is set; any thread; finish() and,
// once an hour, begin() wait for the provider.

#include <atomic>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json_fwd.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "identity/oidc/claims.h"
#include "identity/oidc/config.h"
#include "identity/oidc/discovery.h"
#include "identity/oidc/jwks_cache.h"
#include "identity/oidc/pending_sign_ins.h"
#include "identity/oidc/provider_call.h"
#include "identity/sessions.h"
#include "store/store.h"

namespace slipway::identity::oidc {

// May a browser be sent there after signing in? A path of ours, never another site: one slash at
// the beginning, no second one behind it, no backslash, no control character.
bool is_local_path(std::string_view path);

struct Begun {
  std::string location;  // where the browser goes now
  std::string browser;   // for a cookie of that browser, for PendingSignIns::kLifetime
};

// The query of the callback, decoded; "" for what is missing.
struct Returned {
  std::string state = {};
  std::string code = {};
  std::string error = {};
  std::string issuer = {};
};

struct Finished {
  NewSession session;
  std::string return_to;  // a local path
};

class SignIn {
 public:
  // Calls to the provider at a time. They hold threads of the API, which has few.
  static constexpr int kMostCalls = 4;

  struct Parts {
    Config config;  // checked
    store::Store& store;
    Clock& clock;
    Random& random;
    Sessions& sessions;
    Send send;
    Logger log;
  };
  explicit SignIn(Parts parts);

  // `browser`: the value of the cookie that this browser has already, so that two tabs do not
  // disturb each other; otherwise "". kInvalid for a path that is not local; kUnavailable when the
  // provider is away.
  Result<Begun> begin(const std::string& return_to, std::string_view browser);

  // kInvalid: nobody began this sign-in, or too long ago, or in another browser, or it was used.
  // kDenied: the provider or the claims say no. kConflict, kDenied as settle_account().
  // kUnavailable: the provider does not answer as it should. A refusal is in the audit log unless
  // the sign-in is unknown, which anybody could cause.
  Result<Finished> finish(const Returned& returned, std::string_view browser,
                          const std::string& source_address);

  const Config& config() const { return config_; }

 private:
  class Turn;

  Result<Finished> settle(const PendingSignIn& pending, const Returned& returned,
                          const std::string& source_address);
  Result<Json> claims_of(const Provider& provider, const PendingSignIn& pending,
                         const Returned& returned);
  Result<Json> redeem(const Provider& provider, const PendingSignIn& pending,
                      const std::string& code);
  Result<Json> with_userinfo(const Provider& provider, Json claims, const std::string& token);

  const Config config_;
  store::Store& store_;
  Clock& clock_;
  Random& random_;
  Sessions& sessions_;
  const Send send_;
  const Logger log_;
  Discovery discovery_;
  JwksCache keys_;
  PendingSignIns pending_;
  std::atomic<int> calls_{0};
};

}  // namespace slipway::identity::oidc
