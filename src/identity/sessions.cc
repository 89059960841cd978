#include "identity/sessions.h"

#include <algorithm>

#include "base/base64url.h"
#include "identity/keyed_digest.h"
#include "identity/secret_text.h"
#include "store/audit.h"
#include "store/sessions.h"

namespace slipway::identity {
namespace {

Failure not_signed_in() {
  return fail(ErrorCode::kUnauthenticated, "the session is over; sign in again");
}

bool is_over(const store::SessionRow& row, Timestamp now) {
  return row.expires_at <= now || row.last_used_at + Sessions::kIdle <= now;
}

}  // namespace

Result<std::unique_ptr<Sessions>> Sessions::open(store::Store& store, Clock& clock,
                                                 Random& random) {
  TRY_ASSIGN(std::string key, digest_key(store, random, "session_digest_key"));
  return std::unique_ptr<Sessions>(new Sessions(store, clock, random, std::move(key)));
}

Sessions::Sessions(store::Store& store, Clock& clock, Random& random, std::string key)
    : store_(store), clock_(clock), random_(random), key_(std::move(key)) {}

Result<NewSession> Sessions::begin(store::WriteTransaction& tx, const store::UserRow& user,
                                   const std::string& source_address) {
  const Timestamp now = clock_.now();
  TRY(store::sessions::remove_expired(tx, now, now - kIdle));
  NewSession out;
  out.user = user.name;
  out.secret = make_secret(random_, "");
  out.csrf_token = csrf_token(out.secret);
  out.expires_at = now + kIdle;
  out.must_change_password = user.must_change_password;
  TRY(store::sessions::insert(tx, {.digest = digest(out.secret),
                                   .user = user.name,
                                   .source = source_address,
                                   .created_at = now,
                                   .last_used_at = now,
                                   .expires_at = now + kLongest}));
  return out;
}

Result<SignedIn> Sessions::authenticate(std::string_view secret) {
  if (secret.size() != kSecretBodyLength) return not_signed_in();
  const std::string wanted = digest(secret);
  const Timestamp now = clock_.now();
  Timestamp last_used{};
  TRY_ASSIGN(SignedIn out, store_.read([&](store::ReadTransaction& tx) -> Result<SignedIn> {
    TRY_ASSIGN(const auto row, store::sessions::find(tx, wanted));
    if (!row || is_over(*row, now)) return not_signed_in();
    TRY_ASSIGN(const auto user, store::users::find(tx, row->user));
    if (!user || user->disabled) return not_signed_in();
    last_used = row->last_used_at;
    SignedIn found;
    TRY_ASSIGN(found.principal, principal_of(tx, *user));
    found.principal.may_write = true;
    found.csrf_token = csrf_token(secret);
    found.expires_at = std::min(now + kIdle, row->expires_at);
    return found;
  }));
  if (now - last_used >= kLastUsedGrain) {
    // A full disk must not keep anybody out before the time.
    (void)store_.write([&](store::WriteTransaction& tx) {
      return store::sessions::set_last_used(tx, wanted, now);
    });
  }
  return out;
}

Result<void> Sessions::end(std::string_view secret, const std::string& source_address) {
  const std::string wanted = digest(secret);
  return store_.write([&](store::WriteTransaction& tx) -> Result<void> {
    TRY_ASSIGN(const auto row, store::sessions::find(tx, wanted));
    if (!row) return {};
    TRY(store::sessions::remove(tx, wanted));
    return store::audit::append(tx, {.time = clock_.now(),
                                     .actor = row->user,
                                     .source = source_address,
                                     .action = "session.sign_out",
                                     .object = row->user,
                                     .detail = ""});
  });
}

std::string Sessions::digest(std::string_view secret) const { return keyed_digest(key_, secret); }

std::string Sessions::csrf_token(std::string_view secret) const {
  return base64url_encode(keyed_digest(key_, "csrf:" + std::string(secret)));
}

}  // namespace slipway::identity
