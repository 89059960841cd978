#include "identity/tokens.h"

#include <fmt/format.h>

#include "domain/text_rules.h"
#include "identity/keyed_digest.h"
#include "identity/secret_text.h"
#include "store/api_tokens.h"
#include "store/audit.h"
#include "store/users.h"

namespace slipway::identity {
namespace {

constexpr std::string_view kPrefix = "slw_";
constexpr size_t kSecretLength = kPrefix.size() + kSecretBodyLength;
constexpr size_t kIdLength = 12;
constexpr size_t kMaxNameLength = 80;
constexpr std::string_view kDigestKeySetting = "api_token_digest_key";

ApiToken shown(const store::ApiTokenRow& row) {
  return {.id = row.id,
          .name = row.name,
          .user = row.user,
          .scope = row.may_write ? TokenScope::kWrite : TokenScope::kRead,
          .created_at = row.created_at,
          .last_used_at = row.last_used_at,
          .expires_at = row.expires_at};
}

Failure not_known() {
  return fail(ErrorCode::kUnauthenticated,
              "the API token is not valid: unknown, expired or revoked; get one with 'slipway "
              "login'");
}

Result<void> check_new(const NewToken& wanted) {
  std::optional<std::string> problem;
  if (domain::trimmed(wanted.name).empty()) {
    problem = "must be given: 1 to 80 characters that say what the token is for";
  } else {
    problem = domain::check_text(wanted.name, kMaxNameLength, domain::Lines::kOne);
  }
  std::vector<FieldError> fields;
  if (problem) fields.push_back({"name", *problem});
  if (wanted.lifetime && *wanted.lifetime <= std::chrono::seconds(0)) {
    fields.push_back({"lifetime", "must be more than 0 seconds"});
  }
  if (fields.empty()) return {};
  return fail(Error{ErrorCode::kInvalid, "the token cannot be made", std::move(fields)});
}

}  // namespace

std::string_view to_string(TokenScope scope) {
  return scope == TokenScope::kRead ? "read" : "write";
}

std::optional<TokenScope> parse_token_scope(std::string_view text) {
  for (const TokenScope scope : {TokenScope::kRead, TokenScope::kWrite}) {
    if (text == to_string(scope)) return scope;
  }
  return std::nullopt;
}

Result<std::unique_ptr<Tokens>> Tokens::open(store::Store& store, Clock& clock, Random& random) {
  TRY_ASSIGN(std::string key, digest_key(store, random, kDigestKeySetting));
  return std::unique_ptr<Tokens>(new Tokens(store, clock, random, std::move(key)));
}

Tokens::Tokens(store::Store& store, Clock& clock, Random& random, std::string key)
    : store_(store), clock_(clock), random_(random), key_(std::move(key)) {}

Result<IssuedToken> Tokens::issue(const NewToken& wanted, const std::string& source_address) {
  return store_.write(
      [&](store::WriteTransaction& tx) { return issue(tx, wanted, source_address); });
}

Result<IssuedToken> Tokens::issue(store::WriteTransaction& tx, const NewToken& wanted,
                                  const std::string& source_address) {
  TRY(check_new(wanted));
  const Timestamp now = clock_.now();
  TRY_ASSIGN(const auto user, store::users::find(tx, wanted.user));
  if (!user || user->disabled) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no user '{}'", domain::shortened(wanted.user)));
  }
  TRY(store::api_tokens::remove_expired(tx, now));
  const std::string secret = make_secret(random_, kPrefix);
  store::ApiTokenRow row;
  row.id = random_.base36(kIdLength);
  row.digest = digest(secret);
  row.name = wanted.name;
  row.user = wanted.user;
  row.may_write = wanted.scope == TokenScope::kWrite;
  row.created_at = now;
  if (wanted.lifetime) row.expires_at = now + *wanted.lifetime;
  TRY(store::api_tokens::insert(tx, row));
  TRY(store::audit::append(
      tx, {.time = now,
           .actor = wanted.user,
           .source = source_address,
           .action = "token.create",
           .object = row.id,
           .detail = fmt::format("'{}', scope {}", wanted.name, to_string(wanted.scope))}));
  return IssuedToken{shown(row), secret};
}

Result<std::vector<ApiToken>> Tokens::list(const std::string& user) {
  TRY_ASSIGN(const std::vector<store::ApiTokenRow> rows,
             store_.read(
                 [&](store::ReadTransaction& tx) { return store::api_tokens::of_user(tx, user); }));
  const Timestamp now = clock_.now();
  std::vector<ApiToken> out;
  for (const store::ApiTokenRow& row : rows) {
    if (!row.expires_at || *row.expires_at > now) out.push_back(shown(row));
  }
  return out;
}

Result<void> Tokens::revoke(const std::string& user, const std::string& token_id,
                            const std::string& actor, const std::string& source_address) {
  return store_.write([&](store::WriteTransaction& tx) -> Result<void> {
    TRY_ASSIGN(const auto row, store::api_tokens::find(tx, token_id));
    if (!row || row->user != user) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("{} no token '{}'", actor == user ? "you have" : "the user has",
                              domain::shortened(token_id)));
    }
    TRY(store::api_tokens::remove(tx, token_id));
    return store::audit::append(tx, {.time = clock_.now(),
                                     .actor = actor,
                                     .source = source_address,
                                     .action = "token.revoke",
                                     .object = token_id,
                                     .detail = fmt::format("'{}'", row->name)});
  });
}

Result<Principal> Tokens::authenticate(std::string_view secret) {
  // The wrong shape never reaches the database.
  if (secret.size() != kSecretLength || !secret.starts_with(kPrefix)) return not_known();
  const std::string wanted = digest(secret);
  const Timestamp now = clock_.now();
  std::optional<Timestamp> last_used;
  TRY_ASSIGN(Principal principal, store_.read([&](store::ReadTransaction& tx) -> Result<Principal> {
    // Looking a keyed digest up in an index tells nothing about the token by its time: who asks
    // cannot choose digests.
    TRY_ASSIGN(const auto row, store::api_tokens::find_by_digest(tx, wanted));
    if (!row || (row->expires_at && *row->expires_at <= now)) return not_known();
    TRY_ASSIGN(const auto user, store::users::find(tx, row->user));
    if (!user || user->disabled) return not_known();
    last_used = row->last_used_at;
    TRY_ASSIGN(Principal who, principal_of(tx, *user));
    who.may_write = row->may_write;
    who.token_id = row->id;
    return who;
  }));
  if (!last_used || now - *last_used >= kLastUsedGrain) note_use(principal.token_id, now);
  return principal;
}

void Tokens::note_use(const std::string& id, Timestamp now) {
  // For people only: a full disk must not keep anybody out.
  (void)store_.write(
      [&](store::WriteTransaction& tx) { return store::api_tokens::set_last_used(tx, id, now); });
}

std::string Tokens::digest(std::string_view secret) const { return keyed_digest(key_, secret); }

}  // namespace slipway::identity
