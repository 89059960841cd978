#include "identity/accounts.h"

#include <fmt/format.h>

#include "identity/first_start.h"
#include "identity/password.h"
#include "identity/throttle.h"
#include "store/audit.h"
#include "store/users.h"

namespace slipway::identity {

struct Accounts::Parts {
  store::Store& store;
  Clock& clock;
  Random& random;
  std::unique_ptr<Tokens> tokens;
  Throttle throttle;
  // One at a time: each hash takes 64 MiB, and a flood of sign-ins shall not take all memory.
  std::mutex hashing;
};

Accounts::Accounts(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Accounts::~Accounts() = default;

Result<std::unique_ptr<Accounts>> Accounts::open(store::Store& store, Clock& clock,
                                                 Random& random) {
  TRY_ASSIGN(std::unique_ptr<Tokens> tokens, Tokens::open(store, clock, random));
  std::unique_ptr<Parts> parts(new Parts{store, clock, random, std::move(tokens), {}, {}});
  return std::unique_ptr<Accounts>(new Accounts(std::move(parts)));
}

Result<Bootstrap> Accounts::bootstrap(const std::optional<std::string>& admin_password) {
  Bootstrap out;
  out.admin = kAdmin;
  TRY_ASSIGN(const bool furnished,
             parts_->store.read([](store::ReadTransaction& tx) { return has_users(tx); }));
  if (furnished) return out;
  if (admin_password) {
    if (auto fits = check_password(*admin_password); !fits) {
      return fail(fits.error().within("the given password of the admin"));
    }
  }
  const std::string password = admin_password ? *admin_password : generate_password(parts_->random);
  TRY_ASSIGN(const std::string hash, hash_password(password));
  // Looked at again inside: hashing takes its time.
  TRY_ASSIGN(out.first_start, parts_->store.write([&](store::WriteTransaction& tx) -> Result<bool> {
    TRY_ASSIGN(const bool meanwhile, has_users(tx));
    if (meanwhile) return false;
    TRY(furnish(tx, hash, parts_->clock.now()));
    return true;
  }));
  if (out.first_start && !admin_password) out.generated_password = password;
  return out;
}

Result<IssuedToken> Accounts::sign_in(const std::string& user, const std::string& password,
                                      const std::string& source_address,
                                      const std::string& token_name) {
  if (const auto wait = parts_->throttle.admit(user, source_address, parts_->clock.monotonic())) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("too many failed sign-ins; try again in {} s", wait->count()));
  }
  TRY_ASSIGN(const auto row, parts_->store.read([&](store::ReadTransaction& tx) {
    return store::users::find(tx, user);
  }));
  const bool may = row && !row->disabled && !row->password_hash.empty();
  bool right = false;
  {
    const std::lock_guard one_at_a_time(parts_->hashing);
    if (may) {
      right = verify_password(row->password_hash, password);
    } else {
      pretend_to_verify(password);
    }
  }
  if (!right) {
    return fail(ErrorCode::kUnauthenticated, "the user name or the password is wrong");
  }
  parts_->throttle.note_success(user, source_address);
  NewToken wanted;
  wanted.user = user;
  wanted.name = token_name;
  return parts_->tokens->issue(wanted, source_address);
}

Result<Principal> Accounts::authenticate(std::string_view credential) {
  return parts_->tokens->authenticate(credential);
}

Tokens& Accounts::tokens() { return *parts_->tokens; }

}  // namespace slipway::identity
