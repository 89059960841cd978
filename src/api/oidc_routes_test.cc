#include "api/oidc_routes.h"

#include <memory>

#include "api/api_fixture_test.h"
#include "api/cookies.h"

namespace slipway::api {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
namespace oidc = identity::oidc;

class OidcRoutes : public ApiTest {
 protected:
  OidcRoutes() {
    anonymous = true;
    doors.begin = [this](const std::string& return_to,
                         std::string_view browser) -> Result<oidc::Begun> {
      if (!oidc::is_local_path(return_to)) return fail(ErrorCode::kInvalid, "not local");
      began_for = browser;
      return oidc::Begun{"https://id.example.org/auth?state=s", "browser-1"};
    };
    doors.finish = [this](const oidc::Returned& returned, std::string_view browser,
                          const std::string& source) -> Result<oidc::Finished> {
      came_back = returned;
      from = source;
      if (browser != "browser-1") return fail(ErrorCode::kInvalid, "another browser");
      oidc::Finished done{{}, "/deployments?mine=1"};
      done.session.secret = "of-grace";
      return done;
    };
    doors.label = "Company account";
  }

  Reply ask_oidc(std::string_view target, HeaderFields fields = {}) {
    ApiParts made = parts();
    made.oidc = doors;
    made.public_url = public_url;
    const Api served(std::move(made));
    Request request;
    const http::PathAndQuery split = http::split_target(target);
    request.path = split.path;
    request.query = split.query;
    request.fields = std::move(fields);
    request.peer = "10.0.0.9:4711";
    return served.answer(request, /*internal=*/false);
  }

  OidcDoors doors;
  std::string public_url = "http://slipway.test";
  std::string began_for;
  oidc::Returned came_back;
  std::string from;
};

TEST_F(OidcRoutes, list_the_provider_with_its_label_or_none) {
  const Json page = json(ask_oidc("/api/v1/session/providers"));
  ASSERT_EQ(page["items"].size(), 1U);
  EXPECT_EQ(page["items"][0]["label"], "Company account");
  EXPECT_EQ(page["items"][0]["url"], "/api/v1/session/oidc");
  doors = {};
  EXPECT_TRUE(json(ask_oidc("/api/v1/session/providers"))["items"].empty());
  EXPECT_EQ(ask_oidc("/api/v1/session/oidc").status, 404);
  EXPECT_EQ(ask_oidc("/api/v1/session/oidc/callback?state=s&code=c").status, 404);
}

TEST_F(OidcRoutes, send_the_browser_away_with_a_cookie_that_only_these_routes_see) {
  const Reply reply = ask_oidc("/api/v1/session/oidc?return=/deployments");
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(serve::find_field(reply.fields, "Location"), "https://id.example.org/auth?state=s");
  EXPECT_EQ(serve::find_field(reply.fields, "Set-Cookie"),
            "slipway_oidc=browser-1; Path=/api/v1/session/oidc; Max-Age=600; HttpOnly; "
            "SameSite=Lax");
  public_url = "https://slipway.test";
  EXPECT_THAT(std::string(serve::find_field(ask_oidc("/api/v1/session/oidc").fields, "Set-Cookie")),
              HasSubstr("; Secure"));
  ask_oidc("/api/v1/session/oidc", {{"Cookie", "a=b; slipway_oidc=mine"}});
  EXPECT_EQ(began_for, "mine");
  EXPECT_EQ(ask_oidc("/api/v1/session/oidc?return=//evil.example").status, 400);
  EXPECT_EQ(ask_oidc("/api/v1/session/oidc?retrun=/").status, 400);
}

TEST_F(OidcRoutes, begin_a_session_for_who_comes_back) {
  const Reply reply = ask_oidc(
      "/api/v1/session/oidc/callback?code=c%2F1&state=s&session_state=x&iss=https%3A%2F%2Fid",
      {{"Cookie", "slipway_oidc=browser-1"}});
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(serve::find_field(reply.fields, "Location"), "/deployments?mine=1");
  EXPECT_THAT(std::string(serve::find_field(reply.fields, "Set-Cookie")),
              StartsWith("slipway_session=of-grace; "));
  EXPECT_EQ(came_back.code, "c/1");
  EXPECT_EQ(came_back.issuer, "https://id");
  EXPECT_EQ(from, "10.0.0.9:4711");
}

TEST_F(OidcRoutes, tell_programs_what_went_wrong_as_a_problem) {
  const Reply reply = ask_oidc("/api/v1/session/oidc/callback?error=access_denied&state=s");
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.content_type, "application/problem+json");
  EXPECT_EQ(came_back.error, "access_denied");
  EXPECT_THAT(reply.body, Not(HasSubstr("Set-Cookie")));
  EXPECT_EQ(serve::find_field(reply.fields, "Set-Cookie"), "");
}

TEST(Cookies, are_found_by_their_whole_name) {
  Request request;
  request.fields = {{"Cookie", "xa=1; a=2;b=3=4; a=5; c"}};
  EXPECT_EQ(find_cookie(request, "a"), "2");
  EXPECT_EQ(find_cookie(request, "b"), "3=4");
  EXPECT_EQ(find_cookie(request, "c"), "");
  EXPECT_EQ(find_cookie(Request{}, "a"), "");
}

}  // namespace
}  // namespace slipway::api
