// Sessions of browsers: the cookie, the CSRF token, the Origin, a password that has to be changed.
#include "api/session_cookie.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using http::Method;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class BrowserTest : public ApiTest {
 protected:
  BrowserTest() { anonymous = true; }
  Reply browse(Method method, std::string_view target, std::string body = "",
               HeaderFields fields = {}) {
    fields.emplace_back("Cookie", "theme=dark; slipway_session=cookie-secret");
    return ask(method, target, std::move(body), std::move(fields));
  }
};

const HeaderFields kToken = {{"X-CSRF-Token", "csrf"}};
constexpr const char* kSignIn = R"({"user":"ada","password":"correct","cookie":true})";

TEST(SessionCookie, is_found_among_others_and_only_by_its_whole_name) {
  Request request;
  EXPECT_EQ(session_cookie_of(request), "");
  request.fields = {{"cookie", "a=b; xslipway_session=no;slipway_session=yes; c"}};
  EXPECT_EQ(session_cookie_of(request), "yes");
  request.fields = {{"Cookie", "slipway_session"}, {"Cookie", "slipway_session="}};
  EXPECT_EQ(session_cookie_of(request), "");
}

TEST(SessionCookie, is_hidden_from_scripts_and_secure_where_the_public_url_is) {
  EXPECT_EQ(set_session_cookie("s", "http://x/"),
            "slipway_session=s; Path=/api; Max-Age=604800; HttpOnly; SameSite=Lax");
  EXPECT_EQ(set_session_cookie("s", "HTTPS://x"),
            "slipway_session=s; Path=/api; Max-Age=604800; HttpOnly; SameSite=Lax; Secure");
  EXPECT_THAT(clear_session_cookie("http://x"),
              HasSubstr("slipway_session=; Path=/api; Max-Age=0"));
}

TEST(SessionCookie, is_secure_when_the_gateway_says_that_the_request_came_over_tls) {
  Request request;
  EXPECT_EQ(own_url(request, "http://x"), "http://x");
  request.fields = {{"X-Forwarded-Proto", "http"}, {"X-Forwarded-Host", "y:8443"}};
  EXPECT_EQ(own_url(request, "http://x"), "http://x");
  request.fields = {
      {"X-Forwarded-Proto", "https"}, {"X-Forwarded-Host", "y:8443"}, {"Origin", "https://y:8443"}};
  EXPECT_EQ(own_url(request, "http://x"), "https://y:8443");
  EXPECT_THAT(set_session_cookie("s", own_url(request, "http://x")), HasSubstr("; Secure"));
  EXPECT_TRUE(is_own_origin(request, "http://x"));
  request.fields.back().second = "https://z:8443";
  EXPECT_FALSE(is_own_origin(request, "http://x"));
  request.fields.back().second = "http://y:8443";
  EXPECT_FALSE(is_own_origin(request, "http://x"));
}

TEST(SessionCookie, an_origin_is_compared_without_case_path_and_usual_port) {
  const auto own = [](const char* origin, const char* url) {
    Request request;
    request.fields = {{"Origin", origin}};
    return is_own_origin(request, url);
  };
  EXPECT_TRUE(is_own_origin(Request{}, "http://x"));
  EXPECT_TRUE(own("http://x", "http://X:80/ui"));
  EXPECT_TRUE(own("https://x", "https://x:443"));
  EXPECT_TRUE(own("http://x:8080", "http://x:8080"));
  EXPECT_FALSE(own("http://x:8080", "http://x"));
  EXPECT_FALSE(own("https://x", "http://x"));
  EXPECT_FALSE(own("http://x.evil.test", "http://x"));
  EXPECT_FALSE(own("null", "http://x"));
}

TEST_F(BrowserTest, signs_in_with_a_cookie_and_no_token) {
  const Reply reply = post("/api/v1/session", kSignIn);
  ASSERT_EQ(reply.status, 201) << reply.body;
  EXPECT_EQ(json(reply)["csrf_token"], "csrf");
  EXPECT_THAT(reply.body, Not(HasSubstr("cookie-secret")));
  EXPECT_THAT(std::string(find_field(reply.fields, "Set-Cookie")),
              HasSubstr("slipway_session=cookie-secret; Path=/api;"));
  EXPECT_EQ(post("/api/v1/session", kSignIn, {{"Origin", "http://evil.test"}}).status, 403);
}

TEST_F(BrowserTest, is_told_how_long_a_guesser_has_to_wait) {
  const Reply reply = post("/api/v1/session", R"({"user":"ada","password":"no","cookie":true})");
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(find_field(reply.fields, "Retry-After"), "17");
}

TEST_F(BrowserTest, reads_with_the_cookie_alone) {
  EXPECT_EQ(json(browse(Method::kGet, "/api/v1/me"))["user"], "ada");
  const Json session = json(browse(Method::kGet, "/api/v1/session"));
  EXPECT_EQ(session["csrf_token"], "csrf");
  EXPECT_EQ(ask(Method::kGet, "/api/v1/me", "", {{"Cookie", "slipway_session=old"}}).status, 401);
  EXPECT_EQ(ask(Method::kGet, "/api/v1/me", "", {{"Cookie", "theme=dark"}}).status, 401);
}

TEST_F(BrowserTest, writes_only_with_the_csrf_token_and_from_its_own_pages) {
  const char* body = R"({"name":"ci"})";
  const Reply without = browse(Method::kPost, "/api/v1/tokens", body);
  EXPECT_EQ(without.status, 403);
  EXPECT_EQ(json(without)["type"], "urn:slipway:problem:csrf");
  EXPECT_EQ(browse(Method::kPost, "/api/v1/tokens", body, {{"X-CSRF-Token", "csrF"}}).status, 403);
  EXPECT_EQ(browse(Method::kPost, "/api/v1/tokens", body, kToken).status, 201);
  HeaderFields fields = kToken;
  fields.emplace_back("Origin", "http://slipway.test");
  EXPECT_EQ(browse(Method::kPost, "/api/v1/tokens", body, fields).status, 201);
  fields.back().second = "http://evil.test";
  const Reply foreign = browse(Method::kPost, "/api/v1/tokens", body, fields);
  EXPECT_EQ(foreign.status, 403);
  EXPECT_THAT(foreign.body, HasSubstr("http://slipway.test"));
}

TEST_F(BrowserTest, a_token_beside_a_cookie_counts_and_needs_no_csrf_token) {
  const Reply reply = browse(Method::kPost, "/api/v1/tokens", R"({"name":"ci"})",
                             {{"Authorization", std::string("Bearer ") + kWriter}});
  EXPECT_EQ(reply.status, 201);
}

TEST_F(BrowserTest, signs_out) {
  const Reply reply = browse(Method::kDelete, "/api/v1/session", "", kToken);
  EXPECT_EQ(reply.status, 204);
  EXPECT_THAT(ended_sessions, ElementsAre("cookie-secret"));
  EXPECT_THAT(std::string(find_field(reply.fields, "Set-Cookie")), HasSubstr("Max-Age=0"));
}

TEST_F(BrowserTest, who_must_change_the_password_may_do_nothing_before) {
  must_change_password = true;
  const Reply refused = browse(Method::kGet, "/api/v1/groups");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(json(refused)["type"], "urn:slipway:problem:password-change-required");
  EXPECT_EQ(browse(Method::kPost, "/api/v1/tokens", R"({"name":"ci"})", kToken).status, 403);
  EXPECT_EQ(json(browse(Method::kGet, "/api/v1/me"))["must_change_password"], true);
  EXPECT_EQ(browse(Method::kGet, "/api/v1/session").status, 200);
  const Reply changed =
      browse(Method::kPost, "/api/v1/me/password",
             R"({"old_password":"correct","new_password":"another one"})", kToken);
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(json(changed)["csrf_token"], "next-csrf");
  EXPECT_THAT(std::string(find_field(changed.fields, "Set-Cookie")), HasSubstr("next-secret"));
}

TEST_F(ApiTest, signs_out_by_revoking_the_token_that_is_shown) {
  EXPECT_EQ(ask(Method::kDelete, "/api/v1/session").status, 204);
  EXPECT_EQ(last_revoke, "ada by ada");
  EXPECT_EQ(get("/api/v1/session").status, 404);
}

TEST_F(ApiTest, changes_a_password_with_a_token_and_leaves_no_session) {
  const Reply changed =
      post("/api/v1/me/password", R"({"old_password":"correct","new_password":"another one"})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(find_field(changed.fields, "Set-Cookie"), "");
  EXPECT_THAT(ended_sessions, ElementsAre("next-secret"));
  EXPECT_THAT(
      faults(post("/api/v1/me/password", R"({"old_password":"no","new_password":"another"})")),
      ElementsAre("old_password: is not your password"));
}

TEST_F(ApiTest, platform_admins_list_and_revoke_tokens_of_others) {
  EXPECT_EQ(json(ask_as(kAdmin, Method::kGet, "/api/v1/users/eve/tokens"))["items"][0]["user"],
            "eve");
  EXPECT_EQ(ask_as(kAdmin, Method::kDelete, "/api/v1/users/eve/tokens/t1").status, 204);
  EXPECT_EQ(last_revoke, "eve by root");
  EXPECT_EQ(get("/api/v1/users/eve/tokens").status, 403);
}

}  // namespace
}  // namespace slipway::api
