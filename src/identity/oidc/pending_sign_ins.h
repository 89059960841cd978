#pragma once
// Sign-ins that were begun and whose browser is at the provider now: what must match when it comes
// back. In memory, bounded in number and time; each is taken once. A restart of control forgets
// them, and people click again. Owned by SignIn; any thread; time is passed in.

#include <chrono>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"

namespace slipway::identity::oidc {

struct PendingSignIn {
  std::string browser;    // the cookie's value
  std::string nonce;      // must be in the ID token
  std::string verifier;   // of PKCE (RFC 7636)
  std::string return_to;  // a local path
};

class PendingSignIns {
 public:
  static constexpr std::chrono::minutes kLifetime{10};
  // One more pushes out the oldest, so that a flood keeps nobody out who is quick.
  static constexpr size_t kMost = 10'000;

  void put(const std::string& state, PendingSignIn pending, Monotonic now);
  std::optional<PendingSignIn> take(const std::string& state, Monotonic now);
  size_t size() const;

 private:
  struct Entry {
    PendingSignIn pending;
    Monotonic ends{};
    std::list<std::string>::iterator place;
  };
  void drop_ended(Monotonic now);
  void drop_oldest();

  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
  std::list<std::string> order_;  // states, oldest first
};

}  // namespace slipway::identity::oidc
