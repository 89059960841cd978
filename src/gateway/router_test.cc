#include "gateway/router.h"

#include <gtest/gtest.h>

#include <string>

namespace slipway::gateway {
namespace {

using http::Method;

void expect(Method method, std::string_view path, Destination destination,
            std::string_view deployment = "") {
  const Decision decision = route(method, path);
  EXPECT_EQ(decision.destination, destination) << path;
  EXPECT_EQ(decision.deployment, deployment) << path;
}

TEST(Router, leads_both_versions_of_the_prediction_path_to_the_deployment) {
  expect(Method::kPost, "/deployment/iris-a1b2c/api/v1.0/predictions", Destination::kPrediction,
         "iris-a1b2c");
  expect(Method::kPost, "/deployment/iris-a1b2c/api/v0.1/predictions", Destination::kPrediction,
         "iris-a1b2c");
}

TEST(Router, leads_feedback_to_the_deployment) {
  expect(Method::kPost, "/deployment/iris/api/v1.0/feedback", Destination::kFeedback, "iris");
  expect(Method::kPost, "/deployment/iris/api/v0.1/feedback", Destination::kFeedback, "iris");
  expect(Method::kGet, "/deployment/iris/api/v1.0/feedback", Destination::kMethodNotAllowed,
         "iris");
}

TEST(Router, answers_other_methods_on_the_prediction_path_itself) {
  for (const Method method : {Method::kGet, Method::kHead, Method::kPut, Method::kDelete}) {
    expect(method, "/deployment/iris/api/v1.0/predictions", Destination::kMethodNotAllowed, "iris");
  }
  expect(Method::kOptions, "/deployment/iris/api/v1.0/predictions", Destination::kPreflight,
         "iris");
}

TEST(Router, knows_nothing_else_below_deployment) {
  for (const std::string_view path :
       {"/deployment/", "/deployment/iris", "/deployment//api/v1.0/predictions",
        "/deployment/iris/api/v1.0/predictions/", "/deployment/iris/api/v2.0/predictions",
        "/deployment/iris/x/api/v1.0/predictions", "/deployment/iris/../api/v1.0/predictions",
        "/deployment/iris/api/v1.0/feedbacks"}) {
    expect(Method::kPost, path, Destination::kNoSuchPath);
  }
}

TEST(Router, leaves_the_rest_to_control) {
  for (const std::string_view path : {"/", "/api/v1/deployments", "/deployment",
                                      "/deployments/iris", "/assets/app.js", "/internally", "*"}) {
    expect(Method::kGet, path, Destination::kControl);
  }
}

TEST(Router, hides_the_internal_paths_of_control_however_they_are_spelled) {
  for (const std::string_view path :
       {"/internal", "/internal/v1/snapshot", "/%69nternal/v1/snapshot",
        "/%69%6E%74%65%72%6e%61%6c/v1/snapshot"}) {
    expect(Method::kGet, path, Destination::kNoSuchPath);
  }
}

TEST(Router, refuses_paths_that_need_normalising) {
  for (const std::string_view path : {"/a/../internal/v1/snapshot", "//internal/v1/snapshot",
                                      "/%2e%2e/internal", "/a%2Fb", "/a%zz"}) {
    expect(Method::kGet, path, Destination::kBadPath);
  }
}

}  // namespace
}  // namespace slipway::gateway
