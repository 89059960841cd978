#include "identity/oidc/sign_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/oidc/scripted_provider_test.h"
#include "store/audit.h"
#include "store/test_store.h"

namespace slipway::identity::oidc {
namespace {

using store::ReadTransaction;
using store::WriteTransaction;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Membership = store::groups::Membership;

class OidcSignIn : public testing::Test {
 protected:
  OidcSignIn() {
    EXPECT_GE(sodium_init(), 0);
    EXPECT_TRUE(store_->write([](WriteTransaction& tx) { return store::furnish_for_test(tx); }));
    start(ScriptedProvider::config());
  }

  void start(Config config) {
    sign_in_ =
        std::make_unique<SignIn>(SignIn::Parts{std::move(config), *store_, clock_, random_,
                                               *sessions_, provider_.send(), Logger::silent()});
  }

  static std::string parameter(const std::string& url, const std::string& name) {
    const size_t at = url.find(name + "=") + name.size() + 1;
    return url.substr(at, url.find('&', at) - at);
  }

  // A browser is sent to the provider, which makes claims that answer it.
  void begin(const std::string& return_to = "/deployments") {
    const auto begun = sign_in_->begin(return_to, browser_);
    ASSERT_TRUE(begun.has_value()) << begun.error().message;
    location_ = begun->location;
    browser_ = begun->browser;
    returned_ = {.state = parameter(location_, "state"), .code = "c0de"};
    const int64_t now = to_unix_micros(clock_.now()) / 1'000'000;
    provider_.claims = {{"iss", ScriptedProvider::kIssuer},
                        {"sub", "u-1"},
                        {"aud", "slipway"},
                        {"iat", now},
                        {"exp", now + 300},
                        {"nonce", parameter(location_, "nonce")},
                        {"preferred_username", "Grace"},
                        {"name", "Grace Hopper"},
                        {"email", "grace@example.org"},
                        {"groups", {"staff"}}};
  }

  Result<Finished> finish() { return sign_in_->finish(returned_, browser_, "10.0.0.9:4711"); }

  // Begins, lets the test change what the provider says, and gives the refusal.
  template <typename Change>
  Error refused(Change change) {
    begin();
    change();
    const auto done = finish();
    EXPECT_FALSE(done.has_value());
    return done ? Error{} : done.error();
  }

  store::UserRow user(const std::string& name) {
    return store_->read([&](ReadTransaction& tx) { return store::users::find(tx, name); })->value();
  }
  std::vector<Membership> groups_of(const std::string& name) {
    return *store_->read([&](ReadTransaction& tx) { return store::groups::of_user(tx, name); });
  }
  void write(const std::function<Result<void>(WriteTransaction&)>& change) {
    const auto done = store_->write(change);
    ASSERT_TRUE(done.has_value()) << done.error().message;
  }
  std::vector<store::AuditRow> audit() {
    return *store_->read([](ReadTransaction& tx) { return store::audit::after(tx, 0, 100); });
  }

  store::TestFolder folder_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  store::TestClock clock_;
  store::TestRandom random_;
  std::unique_ptr<Sessions> sessions_ = *Sessions::open(*store_, clock_, random_);
  ScriptedProvider provider_;
  std::unique_ptr<SignIn> sign_in_;
  std::string location_;
  std::string browser_;
  Returned returned_;
};

TEST_F(OidcSignIn, makes_a_user_with_the_mapped_groups) {
  begin("/deployments?mine=1");
  const auto done = finish();
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_EQ(done->session.user, "grace");
  EXPECT_EQ(done->return_to, "/deployments?mine=1");
  EXPECT_EQ(sessions_->authenticate(done->session.secret)->principal.groups,
            std::vector<std::string>{"default"});
  const store::UserRow grace = user("grace");
  EXPECT_EQ(grace.external_id, "https://id.example.org u-1");
  EXPECT_EQ(grace.display_name, "Grace Hopper");
  EXPECT_EQ(grace.email, "grace@example.org");
  EXPECT_EQ(grace.password_hash, "");
  EXPECT_FALSE(grace.admin);
  EXPECT_THAT(groups_of("grace"), ElementsAre(Membership{"default", false}));
  ASSERT_EQ(audit().size(), 1U);
  EXPECT_EQ(audit()[0].action, "session.sign_in");
  EXPECT_EQ(audit()[0].source, "10.0.0.9:4711");
  EXPECT_THAT(audit()[0].after, HasSubstr(R"("groups":["default"])"));
}

TEST_F(OidcSignIn, asks_with_state_nonce_and_a_challenge_and_proves_it_with_the_verifier) {
  begin();
  EXPECT_THAT(location_, StartsWith("https://id.example.org/auth?response_type=code&client_id="));
  EXPECT_THAT(location_, HasSubstr("&code_challenge_method=S256"));
  EXPECT_EQ(parameter(location_, "redirect_uri"),
            "http%3A%2F%2F127.0.0.1%3A8080%2Fapi%2Fv1%2Fsession%2Foidc%2Fcallback");
  ASSERT_TRUE(finish().has_value());
  const call::Call* redeem = nullptr;
  for (const call::Call& call : provider_.calls) {
    if (call.url.ends_with("/token")) redeem = &call;
  }
  ASSERT_NE(redeem, nullptr);
  const std::string verifier = parameter(redeem->body, "code_verifier");
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()),
                     reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size());
  EXPECT_EQ(parameter(location_, "code_challenge"), base64url_encode(digest));
  // "slipway:s3cret%2F": both halves are form-encoded before base64 (RFC 6749 §2.3.1).
  EXPECT_EQ(call::find_header(redeem->headers, "Authorization"), "Basic c2xpcHdheTpzM2NyZXQlMkY=");
  EXPECT_THAT(redeem->body, Not(HasSubstr("client_secret")));
}

TEST_F(OidcSignIn, sends_the_secret_in_the_body_only_where_the_provider_wants_it_so) {
  provider_.discovery["token_endpoint_auth_methods_supported"] = {"client_secret_post"};
  begin();
  ASSERT_TRUE(finish().has_value());
  EXPECT_THAT(provider_.calls[1].body, HasSubstr("client_secret=s3cret%2F"));
  EXPECT_EQ(call::find_header(provider_.calls[1].headers, "Authorization"), "");
}

TEST_F(OidcSignIn, refuses_tokens_whose_claims_are_not_for_this_sign_in) {
  const int64_t now = to_unix_micros(clock_.now()) / 1'000'000;
  const std::pair<std::function<void(Json&)>, const char*> cases[] = {
      {[](Json& c) { c["nonce"] = "other"; }, "(nonce)"},
      {[](Json& c) { c.erase("nonce"); }, "(nonce)"},
      {[](Json& c) { c["aud"] = "other"; }, "(aud)"},
      {[](Json& c) { c["aud"] = {"other"}; }, "(aud)"},
      {[](Json& c) {
         c["aud"] = {"slipway", "other"};
       },
       "(azp)"},
      {[](Json& c) { c["azp"] = "other"; }, "(azp)"},
      {[](Json& c) { c["iss"] = "https://id.example.org/"; }, "(iss)"},
      {[now](Json& c) { c["exp"] = now - 60; }, "(exp)"},
      {[](Json& c) { c["exp"] = "soon"; }, "(exp)"},
      {[now](Json& c) { c["iat"] = now + 120; }, "(iat)"},
      {[now](Json& c) { c["nbf"] = now + 120; }, "(nbf)"},
      {[](Json& c) { c["sub"] = ""; }, "(sub)"},
      {[](Json& c) { c["sub"] = std::string(256, 'x'); }, "(sub)"}};
  for (const auto& [change, what] : cases) {
    const Error error = refused([&, &change = change] { change(provider_.claims); });
    EXPECT_EQ(error.code, ErrorCode::kDenied) << what;
    EXPECT_THAT(error.message, HasSubstr(what));
  }
  EXPECT_THAT(audit().back().detail, HasSubstr("(sub)"));
  EXPECT_EQ(audit().back().action, "session.refused");
}

TEST_F(OidcSignIn, forgives_clocks_that_are_a_minute_apart) {
  begin();
  const int64_t now = to_unix_micros(clock_.now()) / 1'000'000;
  provider_.claims["exp"] = now - 59;
  provider_.claims["iat"] = now + 59;
  EXPECT_TRUE(finish().has_value());
}

TEST_F(OidcSignIn, refuses_tokens_that_no_key_of_the_provider_signed) {
  const auto with = [&](const Json& header) {
    return refused([&] { provider_.raw_id_token = provider_.sign(header, provider_.claims); });
  };
  EXPECT_THAT(with({{"alg", "none"}}).message, HasSubstr("'none'"));
  EXPECT_THAT(with({{"alg", "HS256"}, {"kid", "first"}}).message, HasSubstr("'HS256'"));
  EXPECT_EQ(with({{"alg", "RS256"}, {"kid", "first"}}).code, ErrorCode::kDenied);
  EXPECT_THAT(with({{"alg", "EdDSA"}, {"kid", "first"}, {"crit", {"x"}}}).message,
              HasSubstr("crit"));
  EXPECT_THAT(refused([&] {
                provider_.raw_id_token = provider_.id_token();
                provider_.claims["sub"] = "u-2";
                const std::string forged = provider_.id_token();
                const size_t end = provider_.raw_id_token.rfind('.');
                provider_.raw_id_token =
                    forged.substr(0, forged.rfind('.')) + provider_.raw_id_token.substr(end);
              }).message,
              HasSubstr("signature is wrong"));
  EXPECT_EQ(refused([&] {
              provider_.raw_id_token = provider_.id_token();
              provider_.raw_id_token.resize(provider_.raw_id_token.rfind('.') + 1);
            }).code,
            ErrorCode::kDenied);
  EXPECT_EQ(refused([&] { provider_.raw_id_token = "a.b"; }).code, ErrorCode::kDenied);
  provider_.raw_id_token.clear();
  begin();
  EXPECT_TRUE(finish().has_value());
}

TEST_F(OidcSignIn, fetches_the_keys_once_more_when_one_is_unknown_and_then_waits) {
  begin();
  ASSERT_TRUE(finish().has_value());
  begin();
  ASSERT_TRUE(finish().has_value());
  EXPECT_EQ(provider_.count("/jwks"), 1);
  provider_.rotate("second");
  begin();
  ASSERT_TRUE(finish().has_value());
  EXPECT_EQ(provider_.count("/jwks"), 2);
  const auto unknown = [&] { provider_.key_id = "never published"; };
  EXPECT_THAT(refused(unknown).message, HasSubstr("never published"));
  EXPECT_EQ(refused(unknown).code, ErrorCode::kDenied);
  EXPECT_EQ(provider_.count("/jwks"), 2);
  clock_.advance(JwksCache::kPauseBetweenRefetches);
  EXPECT_EQ(refused(unknown).code, ErrorCode::kDenied);
  EXPECT_EQ(provider_.count("/jwks"), 3);
}

TEST_F(OidcSignIn, takes_a_state_once_from_the_browser_that_began_within_ten_minutes) {
  begin();
  ASSERT_TRUE(finish().has_value());
  EXPECT_EQ(finish().error().code, ErrorCode::kInvalid);  // replayed

  begin();
  const std::string own = browser_;
  browser_ = base64url_encode(std::string(32, 'x'));
  EXPECT_EQ(finish().error().code, ErrorCode::kInvalid);
  browser_ = own;
  EXPECT_EQ(finish().error().code, ErrorCode::kInvalid);  // spoilt by the other browser

  begin();
  clock_.advance(PendingSignIns::kLifetime);
  EXPECT_EQ(finish().error().code, ErrorCode::kInvalid);

  returned_.state = "guessed";
  EXPECT_EQ(finish().error().code, ErrorCode::kInvalid);
  EXPECT_EQ(audit().size(), 1U);  // strangers do not fill the audit log
}

TEST_F(OidcSignIn, lets_two_tabs_of_a_browser_sign_in_at_once) {
  begin("/first");
  const Returned first = returned_;
  const Json first_claims = provider_.claims;
  begin("/second");
  ASSERT_EQ(finish()->return_to, "/second");
  returned_ = first;
  provider_.claims = first_claims;
  EXPECT_EQ(finish()->return_to, "/first");
}

TEST_F(OidcSignIn, returns_to_local_paths_only) {
  for (const char* path : {"", "deployments", "//evil.example", "/\\evil.example", "/a\nb", "/a b",
                           "https://evil.example/", "/\t/evil.example"}) {
    const auto begun = sign_in_->begin(path, "");
    ASSERT_FALSE(begun.has_value()) << path;
    EXPECT_EQ(begun.error().fields[0].path, "?return");
  }
  EXPECT_TRUE(is_local_path("/"));
  EXPECT_TRUE(is_local_path("/deployments/iris?tab=logs#end"));
}

TEST_F(OidcSignIn, sets_the_mapped_groups_at_each_sign_in_and_touches_no_others) {
  write([](WriteTransaction& tx) { return store::groups::insert(tx, {.name = "research"}); });
  begin();
  ASSERT_TRUE(finish().has_value());
  write([](WriteTransaction& tx) {
    return store::groups::put_member(tx, "research", {.user = "grace", .admin = true});
  });
  begin();
  provider_.claims["groups"] = {"leads", "unmapped"};
  ASSERT_TRUE(finish().has_value());
  EXPECT_THAT(groups_of("grace"),
              ElementsAre(Membership{"default", true}, Membership{"research", true}));
  begin();
  provider_.claims["groups"] = Json::array();
  ASSERT_TRUE(finish().has_value());
  EXPECT_THAT(groups_of("grace"), ElementsAre(Membership{"research", true}));
  EXPECT_THAT(audit().back().before, HasSubstr("default:admin"));
}

TEST_F(OidcSignIn, lets_the_provider_decide_on_platform_admins_only_where_it_is_told_to) {
  begin();
  provider_.claims["groups"] = "root";
  ASSERT_TRUE(finish().has_value());
  EXPECT_FALSE(user("grace").admin);
  Config config = ScriptedProvider::config();
  config.admin_value = "root";
  start(config);
  begin();
  provider_.claims["groups"] = "root";
  ASSERT_TRUE(finish().has_value());
  EXPECT_TRUE(user("grace").admin);
  begin();
  ASSERT_TRUE(finish().has_value());
  EXPECT_FALSE(user("grace").admin);
}

TEST_F(OidcSignIn, knows_a_person_by_subject_and_never_by_name) {
  const Error taken = refused([&] { provider_.claims["preferred_username"] = "ada"; });
  EXPECT_EQ(taken.code, ErrorCode::kConflict);
  EXPECT_THAT(taken.message, HasSubstr("another user 'ada'"));
  EXPECT_EQ(user("ada").external_id, "");
  begin();
  ASSERT_TRUE(finish().has_value());
  begin();
  provider_.claims["preferred_username"] = "ada";
  EXPECT_EQ(finish()->session.user, "grace");
  EXPECT_EQ(refused([&] { provider_.claims["sub"] = "u-2"; }).code, ErrorCode::kConflict);
}

TEST_F(OidcSignIn, refuses_who_is_disabled_and_changes_nothing_of_theirs) {
  begin();
  ASSERT_TRUE(finish().has_value());
  write([&](WriteTransaction& tx) -> Result<void> {
    store::UserRow row = user("grace");
    row.disabled = true;
    return store::users::update(tx, row);
  });
  const Error error = refused([&] { provider_.claims["groups"] = {"leads"}; });
  EXPECT_EQ(error.code, ErrorCode::kDenied);
  EXPECT_THAT(error.message, HasSubstr("'grace' is disabled"));
  EXPECT_THAT(groups_of("grace"), ElementsAre(Membership{"default", false}));
  EXPECT_THAT(audit().back().detail, HasSubstr("disabled"));
}

TEST_F(OidcSignIn, lets_only_known_users_in_where_registration_is_closed) {
  Config config = ScriptedProvider::config();
  config.open_registration = false;
  start(config);
  EXPECT_EQ(refused([] {}).code, ErrorCode::kDenied);
  write([](WriteTransaction& tx) -> Result<void> {
    store::UserRow row;
    row.name = "hopper";
    row.external_id = "https://id.example.org u-1";
    return store::users::insert(tx, row);
  });
  begin();
  EXPECT_EQ(finish()->session.user, "hopper");
}

TEST_F(OidcSignIn, takes_what_the_token_lacks_from_userinfo_of_the_same_person) {
  begin();
  provider_.claims.erase("groups");
  provider_.userinfo = {{"sub", "u-1"}, {"groups", {"leads"}}, {"preferred_username", "other"}};
  ASSERT_TRUE(finish().has_value());
  EXPECT_THAT(groups_of("grace"), ElementsAre(Membership{"default", true}));
  EXPECT_EQ(call::find_header(provider_.calls.back().headers, "Authorization"), "Bearer at");
  const Error other = refused([&] {
    provider_.claims.erase("groups");
    provider_.userinfo["sub"] = "u-2";
  });
  EXPECT_EQ(other.code, ErrorCode::kDenied);
}

TEST_F(OidcSignIn, calls_who_has_no_name_by_a_verified_address) {
  begin();
  provider_.claims.erase("preferred_username");
  EXPECT_EQ(finish()->session.user, "grace@example.org");
  const Error error = refused([&] {
    provider_.claims.erase("preferred_username");
    provider_.claims["sub"] = provider_.userinfo["sub"] = "u-3";
    provider_.claims["email_verified"] = false;
  });
  EXPECT_THAT(error.message, HasSubstr("oidc_user_claim"));
  EXPECT_THAT(refused([&] {
                provider_.claims["sub"] = "u-4";
                provider_.claims["preferred_username"] = "-rf /";
              }).message,
              HasSubstr("user name"));
}

TEST_F(OidcSignIn, passes_on_what_the_provider_refuses_and_never_the_secret) {
  begin();
  returned_ = {.state = returned_.state, .error = "access_denied"};
  EXPECT_THAT(finish().error().message, HasSubstr("access_denied"));
  provider_.token_status = 400;
  provider_.token_error = "invalid_grant";
  EXPECT_EQ(refused([] {}).code, ErrorCode::kDenied);
  provider_.token_status = 401;
  provider_.token_error = "invalid_client";
  const Error wrong_secret = refused([] {});
  EXPECT_EQ(wrong_secret.code, ErrorCode::kUnavailable);
  EXPECT_THAT(wrong_secret.message, HasSubstr("invalid_client"));
  for (const store::AuditRow& row : audit()) EXPECT_THAT(row.detail, Not(HasSubstr("s3cret")));
  EXPECT_EQ(refused([&] { returned_.code.clear(); }).fields[0].path, "?code");
}

TEST_F(OidcSignIn, refuses_an_answer_that_another_provider_sent) {
  provider_.discovery["authorization_response_iss_parameter_supported"] = true;
  EXPECT_EQ(refused([] {}).code, ErrorCode::kDenied);
  EXPECT_EQ(refused([&] { returned_.issuer = "https://evil.example"; }).code, ErrorCode::kDenied);
  begin();
  returned_.issuer = ScriptedProvider::kIssuer;
  EXPECT_TRUE(finish().has_value());
}

TEST_F(OidcSignIn, sends_nobody_to_a_provider_that_is_another_or_away) {
  provider_.discovery["issuer"] = "https://id.example.org/";
  EXPECT_THAT(sign_in_->begin("/", "").error().message, HasSubstr("oidc_issuer"));
  EXPECT_EQ(sign_in_->begin("/", "").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(provider_.calls.size(), 1U);  // not asked again at once
  provider_.discovery["issuer"] = ScriptedProvider::kIssuer;
  clock_.advance(Discovery::kPauseAfterFailure);
  EXPECT_TRUE(sign_in_->begin("/", "").has_value());
  clock_.advance(Discovery::kKept);
  provider_.away = true;
  EXPECT_THAT(sign_in_->begin("/", "").error().message, HasSubstr("cannot connect"));
  clock_.advance(Discovery::kPauseAfterFailure);
  provider_.away = false;
  provider_.discovery["token_endpoint"] = "http://id.example.org/token";
  EXPECT_THAT(sign_in_->begin("/", "").error().message, HasSubstr("token_endpoint"));
}

TEST(PendingSignIns, keep_a_bounded_number_and_push_out_the_oldest) {
  PendingSignIns pending;
  const Monotonic now{};
  for (size_t i = 0; i <= PendingSignIns::kMost; ++i) {
    pending.put(std::to_string(i), {}, now);
  }
  EXPECT_EQ(pending.size(), PendingSignIns::kMost);
  EXPECT_FALSE(pending.take("0", now).has_value());
  EXPECT_TRUE(pending.take("1", now).has_value());
  EXPECT_TRUE(pending.take(std::to_string(PendingSignIns::kMost), now).has_value());
  EXPECT_FALSE(pending.take("2", now + PendingSignIns::kLifetime).has_value());
  EXPECT_EQ(pending.size(), 0U);
}

}  // namespace
}  // namespace slipway::identity::oidc
