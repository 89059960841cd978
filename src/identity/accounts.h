#pragma once
// Who there is and how they prove it: the first start's admin, signing in with a password (slowed
// down when it goes wrong), and API tokens. Made once by main; any thread. Never logs or returns a
// password or a stored digest; the generated first password leaves once, by bootstrap().

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "identity/principal.h"
#include "identity/sessions.h"
#include "identity/tokens.h"
#include "store/store.h"

namespace slipway::identity {

struct Bootstrap {
  bool first_start = false;
  std::string admin = "admin";
  // Only on a first start without a given password: to be printed once.
  std::optional<std::string> generated_password;
};

class Accounts {
 public:
  // References must outlive it.
  static Result<std::unique_ptr<Accounts>> open(store::Store& store, Clock& clock, Random& random);
  ~Accounts();

  // On a store without users, in one transaction: admin, group "default" with admin in it, and the
  // instance types cpu-0.5, cpu-1, cpu-2. Otherwise changes nothing; a given password is then
  // ignored. kInvalid for a given password shorter than 8 characters.
  Result<Bootstrap> bootstrap(const std::optional<std::string>& admin_password);

  // For `slipway login`. kUnauthenticated for a wrong name or password alike, in about the same
  // time; kThrottled, saying how long to wait, after too many failures for this name from this
  // source.
  Result<IssuedToken> sign_in(const std::string& user, const std::string& password,
                              const std::string& source_address, const std::string& token_name);

  // The same for a browser.
  Result<NewSession> begin_session(const std::string& user, const std::string& password,
                                   const std::string& source_address);
  // How long this name has to wait before it may try again from this source; none: it may now.
  std::optional<std::chrono::seconds> sign_in_wait(const std::string& user,
                                                   const std::string& source_address) const;

  // Throttled like a sign-in. kInvalid, naming "old_password" or "new_password". All sessions
  // of the user end; who did it from one goes on in the new one.
  Result<NewSession> change_password(const std::string& user, const std::string& old_password,
                                     const std::string& new_password,
                                     const std::string& source_address);

  // `credential` is what follows "Bearer " in Authorization.
  Result<Principal> authenticate(std::string_view credential);

  Tokens& tokens();
  Sessions& sessions();

 private:
  struct Parts;
  explicit Accounts(std::unique_ptr<Parts> parts);
  Result<bool> holds(const std::string& user, const std::string& password,
                     const std::string& source_address);
  std::unique_ptr<Parts> parts_;
};

}  // namespace slipway::identity
