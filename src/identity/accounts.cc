#include "identity/accounts.h"

#include <fmt/format.h>

#include "identity/first_start.h"
#include "identity/password.h"
#include "identity/throttle.h"
#include "store/audit.h"
#include "store/sessions.h"
#include "store/users.h"

namespace slipway::identity {

namespace {

Failure wrong() {
  return fail(ErrorCode::kUnauthenticated, "the user name or the password is wrong");
}

Failure refused_field(const char* path, const std::string& message) {
  return fail(Error{ErrorCode::kInvalid, "the password is not changed", {{path, message}}});
}

Result<void> record_sign_in(store::WriteTransaction& tx, const std::string& user,
                            const std::string& source_address, const std::string& detail,
                            Timestamp now) {
  return store::audit::append(tx, {.time = now,
                                   .actor = user,
                                   .source = source_address,
                                   .action = "session.sign_in",
                                   .object = user,
                                   .detail = detail});
}

}  // namespace

struct Accounts::Parts {
  store::Store& store;
  Clock& clock;
  Random& random;
  std::unique_ptr<Tokens> tokens;
  std::unique_ptr<Sessions> sessions;
  Throttle throttle;
  // One at a time: each hash takes 64 MiB, and a flood of sign-ins shall not take all memory.
  std::mutex hashing;
};

Accounts::Accounts(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Accounts::~Accounts() = default;

Result<std::unique_ptr<Accounts>> Accounts::open(store::Store& store, Clock& clock,
                                                 Random& random) {
  TRY_ASSIGN(std::unique_ptr<Tokens> tokens, Tokens::open(store, clock, random));
  TRY_ASSIGN(std::unique_ptr<Sessions> sessions, Sessions::open(store, clock, random));
  std::unique_ptr<Parts> parts(
      new Parts{store, clock, random, std::move(tokens), std::move(sessions), {}, {}});
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

// Is it the user's password? kThrottled after too many failures.
Result<bool> Accounts::holds(const std::string& user, const std::string& password,
                             const std::string& source_address) {
  if (const auto wait = parts_->throttle.admit(user, source_address, parts_->clock.monotonic())) {
    return fail(ErrorCode::kThrottled,
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
  if (right) {
    parts_->throttle.note_success(user, source_address);
    return true;
  }
  // A name that nobody has is not kept: it may be a password in the wrong field.
  TRY(parts_->store.write([&](store::WriteTransaction& tx) {
    return store::audit::append(tx, {.time = parts_->clock.now(),
                                     .actor = "",
                                     .source = source_address,
                                     .action = "session.refused",
                                     .object = row ? row->name : "",
                                     .detail = row ? "" : "no such user"});
  }));
  return false;
}

Result<IssuedToken> Accounts::sign_in(const std::string& user, const std::string& password,
                                      const std::string& source_address,
                                      const std::string& token_name) {
  TRY_ASSIGN(const bool right, holds(user, password, source_address));
  if (!right) return wrong();
  return parts_->store.write([&](store::WriteTransaction& tx) -> Result<IssuedToken> {
    TRY(record_sign_in(tx, user, source_address, "with an API token", parts_->clock.now()));
    NewToken wanted;
    wanted.user = user;
    wanted.name = token_name;
    return parts_->tokens->issue(tx, wanted, source_address);
  });
}

Result<NewSession> Accounts::begin_session(const std::string& user, const std::string& password,
                                           const std::string& source_address) {
  TRY_ASSIGN(const bool right, holds(user, password, source_address));
  if (!right) return wrong();
  return parts_->store.write([&](store::WriteTransaction& tx) -> Result<NewSession> {
    TRY_ASSIGN(const auto row, store::users::find(tx, user));
    if (!row || row->disabled) return wrong();
    TRY(record_sign_in(tx, user, source_address, "in a browser", parts_->clock.now()));
    return parts_->sessions->begin(tx, *row, source_address);
  });
}

std::optional<std::chrono::seconds> Accounts::sign_in_wait(
    const std::string& user, const std::string& source_address) const {
  return parts_->throttle.wait(user, source_address, parts_->clock.monotonic());
}

Result<NewSession> Accounts::change_password(const std::string& user,
                                             const std::string& old_password,
                                             const std::string& new_password,
                                             const std::string& source_address) {
  if (auto fits = check_password(new_password); !fits) {
    return refused_field("new_password", fits.error().message);
  }
  if (new_password == old_password) {
    return refused_field("new_password", "must not be the old one");
  }
  TRY_ASSIGN(const bool right, holds(user, old_password, source_address));
  if (!right) return refused_field("old_password", "is not your password");
  std::string hash;
  {
    const std::lock_guard one_at_a_time(parts_->hashing);
    TRY_ASSIGN(hash, hash_password(new_password));
  }
  return parts_->store.write([&](store::WriteTransaction& tx) -> Result<NewSession> {
    TRY_ASSIGN(auto row, store::users::find(tx, user));
    if (!row || row->disabled) return wrong();
    row->password_hash = hash;
    row->must_change_password = false;
    ++row->generation;
    TRY(store::users::update(tx, *row));
    TRY(store::sessions::remove_of_user(tx, user));
    TRY(store::audit::append(tx, {.time = parts_->clock.now(),
                                  .actor = user,
                                  .source = source_address,
                                  .action = "user.change_password",
                                  .object = user,
                                  .detail = ""}));
    return parts_->sessions->begin(tx, *row, source_address);
  });
}

Result<Principal> Accounts::authenticate(std::string_view credential) {
  return parts_->tokens->authenticate(credential);
}

Tokens& Accounts::tokens() { return *parts_->tokens; }
Sessions& Accounts::sessions() { return *parts_->sessions; }

}  // namespace slipway::identity
