#include "api/problem.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/json.h"

namespace slipway::api {
namespace {

TEST(Problem, gives_every_error_code_its_status_and_its_own_type) {
  const std::pair<ErrorCode, int> expected[] = {
      {ErrorCode::kInvalid, 400},   {ErrorCode::kUnauthenticated, 401},
      {ErrorCode::kDenied, 403},    {ErrorCode::kNotFound, 404},
      {ErrorCode::kConflict, 409},  {ErrorCode::kPrecondition, 412},
      {ErrorCode::kTooLarge, 413},  {ErrorCode::kQuota, 409},
      {ErrorCode::kThrottled, 429}, {ErrorCode::kUnavailable, 503},
      {ErrorCode::kDeadline, 504},  {ErrorCode::kInternal, 500}};
  std::set<std::string> types;
  for (const auto& [code, status] : expected) {
    const Reply reply = problem(Error{code, "what was wrong"});
    EXPECT_EQ(reply.status, status);
    EXPECT_EQ(reply.content_type, "application/problem+json");
    const Json document = parse_json(reply.body).value();
    EXPECT_EQ(document["status"], status);
    EXPECT_EQ(document["detail"], "what was wrong");
    EXPECT_FALSE(document.contains("errors"));
    types.insert(document["type"].get<std::string>());
  }
  EXPECT_EQ(types.size(), std::size(expected));
  EXPECT_EQ(types.count("urn:slipway:problem:not_found"), 1u);
}

TEST(Problem, shows_each_limit_with_what_is_used_and_what_was_asked) {
  Error error{ErrorCode::kQuota, "d"};
  error.limits = {{"cpu_millis", 4000, 3500, 1000, "too much"}};
  const Json document = parse_json(problem(error).body).value();
  EXPECT_EQ(document["limits"], Json::array({{{"name", "cpu_millis"},
                                              {"limit", 4000},
                                              {"used", 3500},
                                              {"asked", 1000},
                                              {"message", "too much"}}}));
}

TEST(Problem, lists_the_wrong_fields) {
  const Reply reply = problem(Error{ErrorCode::kInvalid, "d", {{"environment[2].name", "is bad"}}});
  const Json document = parse_json(reply.body).value();
  EXPECT_EQ(document["errors"],
            Json::array({{{"path", "environment[2].name"}, {"message", "is bad"}}}));
}

TEST(Problem, keeps_the_challenge_a_single_safe_line) {
  const Reply reply = problem(Error{ErrorCode::kUnauthenticated, "bad \"token\"\r\nX-Evil: 1"});
  const std::string challenge(find_field(reply.fields, "WWW-Authenticate"));
  EXPECT_EQ(challenge,
            "Bearer realm=\"slipway\", error=\"invalid_token\", "
            "error_description=\"bad tokenX-Evil: 1\"");
}

TEST(Problem, tells_when_to_come_again_if_something_is_away) {
  EXPECT_EQ(find_field(problem(Error{ErrorCode::kUnavailable, "x"}).fields, "Retry-After"), "2");
}

}  // namespace
}  // namespace slipway::api
