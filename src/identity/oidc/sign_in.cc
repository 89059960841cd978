#include "identity/oidc/sign_in.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "base/base64url.h"
#include "base/json.h"
#include "domain/text_rules.h"
#include "identity/keyed_digest.h"
#include "identity/oidc/account.h"
#include "identity/oidc/id_token.h"
#include "identity/secret_text.h"

namespace slipway::identity::oidc {
namespace {

constexpr size_t kLongestPath = 1024;

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, call::url_encode(value));
  }
  return out;
}

// S256 of RFC 7636 §4.2.
std::string challenge_of(const std::string& verifier) {
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()),
                     reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size());
  return base64url_encode(digest);
}

// RFC 6749 §2.3.1: both form-encoded first.
std::string basic(const Config& config) {
  const std::string pair =
      call::url_encode(config.client_id) + ":" + call::url_encode(config.client_secret);
  std::string text(sodium_base64_encoded_len(pair.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(pair.data()),
                    pair.size(), sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // the terminating zero
  return "Basic " + text;
}

Failure unknown_sign_in() {
  return fail(ErrorCode::kInvalid,
              "this sign-in was not begun in this browser, took longer than 10 minutes, or was "
              "used already; begin again at /api/v1/session/oidc");
}

// RFC 6749 §5.2: a 400 or 401 with the reason in JSON.
Failure why_not_redeemed(const call::Answer& answer) {
  const auto document = parse_json(answer.body);
  const std::string reason =
      document && document->is_object() ? text_member(*document, "error") : "";
  if (reason == "invalid_grant") {
    return fail(ErrorCode::kDenied,
                "the OpenID provider does not redeem the code (invalid_grant); sign in again");
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("the OpenID provider does not redeem the code ({}); an admin shall check "
                          "oidc_client_id and the client secret",
                          reason.empty() ? "no reason told" : domain::shortened(reason)));
}

}  // namespace

bool is_local_path(std::string_view path) {
  if (!path.starts_with('/') || path.starts_with("//") || path.size() > kLongestPath) return false;
  return std::all_of(path.begin(), path.end(),
                     [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
}

// One of the few calls to the provider that may run at a time.
class SignIn::Turn {
 public:
  explicit Turn(std::atomic<int>& calls) : calls_(calls), mine_(calls_.fetch_add(1) < kMostCalls) {}
  ~Turn() { calls_.fetch_sub(1); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  Result<void> check() const {
    if (mine_) return {};
    return fail(ErrorCode::kUnavailable, "too many people sign in at this moment; try again");
  }

 private:
  std::atomic<int>& calls_;
  const bool mine_;
};

SignIn::SignIn(Parts parts)
    : config_(std::move(parts.config)),
      store_(parts.store),
      clock_(parts.clock),
      random_(parts.random),
      sessions_(parts.sessions),
      send_(std::move(parts.send)),
      log_(std::move(parts.log)),
      discovery_(config_, send_, clock_),
      keys_(send_, clock_) {}

Result<Begun> SignIn::begin(const std::string& return_to, std::string_view browser) {
  if (!is_local_path(return_to)) {
    return fail(Error{ErrorCode::kInvalid,
                      "the sign-in cannot begin",
                      {{"?return", "must be a path of this server, such as /deployments"}}});
  }
  const Turn turn(calls_);
  TRY(turn.check());
  TRY_ASSIGN(const Provider provider, discovery_.get());
  const bool known = browser.size() == kSecretBodyLength && base64url_decode(browser).has_value();
  PendingSignIn pending{.browser = known ? std::string(browser) : make_secret(random_, ""),
                        .nonce = make_secret(random_, ""),
                        .verifier = make_secret(random_, ""),
                        .return_to = return_to};
  const std::string state = make_secret(random_, "");
  const std::string& endpoint = provider.authorization_endpoint;
  Begun out;
  out.browser = pending.browser;
  out.location = endpoint + (endpoint.find('?') == std::string::npos ? "?" : "&") +
                 form({{"response_type", "code"},
                       {"client_id", config_.client_id},
                       {"redirect_uri", config_.redirect_uri},
                       {"scope", config_.scopes},
                       {"state", state},
                       {"nonce", pending.nonce},
                       {"code_challenge", challenge_of(pending.verifier)},
                       {"code_challenge_method", "S256"}});
  pending_.put(state, std::move(pending), clock_.monotonic());
  return out;
}

Result<Finished> SignIn::finish(const Returned& returned, std::string_view browser,
                                const std::string& source_address) {
  const auto pending = pending_.take(returned.state, clock_.monotonic());
  if (!pending || !equal_in_constant_time(pending->browser, browser)) return unknown_sign_in();
  Result<Finished> out = settle(*pending, returned, source_address);
  if (out) return out;
  const Error error = out.error();
  log_.warn("sign-in refused", {{"from", source_address}, {"reason", error.message}});
  const auto recorded = store_.write([&](store::WriteTransaction& tx) {
    return record_refusal(tx, source_address, error.message, clock_.now());
  });
  if (!recorded) log_.error("no audit row", {{"error", recorded.error().message}});
  return fail(error);
}

Result<Finished> SignIn::settle(const PendingSignIn& pending, const Returned& returned,
                                const std::string& source_address) {
  const Turn turn(calls_);
  TRY(turn.check());
  TRY_ASSIGN(const Provider provider, discovery_.get());
  TRY_ASSIGN(const Json claims, claims_of(provider, pending, returned));
  TRY_ASSIGN(const Person person, read_person(claims, config_));
  return store_.write([&](store::WriteTransaction& tx) -> Result<Finished> {
    TRY_ASSIGN(const store::UserRow user,
               settle_account(tx, person, config_, source_address, clock_.now()));
    TRY_ASSIGN(NewSession session, sessions_.begin(tx, user, source_address));
    return Finished{std::move(session), pending.return_to};
  });
}

Result<Json> SignIn::claims_of(const Provider& provider, const PendingSignIn& pending,
                               const Returned& returned) {
  // RFC 9207: a code of another provider is not handed to this one.
  if (returned.issuer.empty() ? provider.names_itself : returned.issuer != config_.issuer) {
    return fail(ErrorCode::kDenied, "the answer does not come from the provider that was asked");
  }
  if (!returned.error.empty()) {
    return fail(ErrorCode::kDenied, fmt::format("the OpenID provider refused the sign-in: {}",
                                                domain::shortened(returned.error)));
  }
  if (returned.code.empty()) {
    return fail(Error{ErrorCode::kInvalid,
                      "the answer of the OpenID provider has no code",
                      {{"?code", "is required"}}});
  }
  TRY_ASSIGN(const Json answer, redeem(provider, pending, returned.code));
  TRY_ASSIGN(IdToken token, read_id_token(text_member(answer, "id_token")));
  TRY_ASSIGN(const tls::Jwk key, keys_.find(provider_call(provider.jwks_uri, config_.ca_file),
                                            token.key_id, token.algorithm));
  if (!tls::verify_jws(token.algorithm, key, token.signing_input, token.signature)) {
    return fail(ErrorCode::kDenied, "the ID token is not accepted: its signature is wrong");
  }
  TRY(check_claims(token.claims, {config_.issuer, config_.client_id, pending.nonce}, clock_.now()));
  return with_userinfo(provider, std::move(token.claims), text_member(answer, "access_token"));
}

Result<Json> SignIn::redeem(const Provider& provider, const PendingSignIn& pending,
                            const std::string& code) {
  call::Call call = provider_call(provider.token_endpoint, config_.ca_file);
  call.method = "POST";
  call.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  call.body = form({{"grant_type", "authorization_code"},
                    {"code", code},
                    {"redirect_uri", config_.redirect_uri},
                    {"code_verifier", pending.verifier}});
  if (config_.client_secret.empty()) {
    call.body += "&" + form({{"client_id", config_.client_id}});
  } else if (provider.secret_in_body) {
    call.body +=
        "&" + form({{"client_id", config_.client_id}, {"client_secret", config_.client_secret}});
  } else {
    call.headers.emplace_back("Authorization", basic(config_));
  }
  constexpr std::string_view kWhat = "the tokens";
  TRY_ASSIGN(const call::Answer answer, reach_provider(send_, call, kWhat));
  if (answer.status == 400 || answer.status == 401) return why_not_redeemed(answer);
  return object_of(answer, call, kWhat);
}

Result<Json> SignIn::with_userinfo(const Provider& provider, Json claims,
                                   const std::string& token) {
  const bool enough = has_wanted_claims(claims, config_);
  if (enough || provider.userinfo_endpoint.empty() || token.empty()) return claims;
  call::Call call = provider_call(provider.userinfo_endpoint, config_.ca_file);
  call.headers.emplace_back("Authorization", "Bearer " + token);
  TRY_ASSIGN(const Json more, ask_provider(send_, call, "the user's claims (userinfo)"));
  // OpenID Connect Core §5.3.2: otherwise another person's claims could be put in.
  if (text_member(more, "sub") != text_member(claims, "sub")) {
    return fail(ErrorCode::kDenied, "userinfo speaks of another person than the ID token (sub)");
  }
  for (const auto& [name, value] : more.items()) {
    if (!claims.contains(name)) claims[name] = value;
  }
  return claims;
}

}  // namespace slipway::identity::oidc
