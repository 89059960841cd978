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

TEST(Router, leads_the_status_and_metadata_of_a_model_to_its_own_paths) {
  for (const std::string_view version : {"v1.0", "v0.1"}) {
    const std::string api = "/deployment/iris/api/" + std::string(version);
    for (const Method method : {Method::kGet, Method::kHead}) {
      expect(method, api + "/status/model", Destination::kModelStatus, "iris");
      expect(method, api + "/metadata/model", Destination::kModelMetadata, "iris");
    }
    expect(Method::kPost, api + "/status/model", Destination::kMethodNotAllowed, "iris");
    expect(Method::kOptions, api + "/metadata/model", Destination::kPreflight, "iris");
  }
}

TEST(Router, answers_whether_a_deployment_is_ready_itself) {
  for (const std::string_view path : {"/ready", "/api/v1.0/status", "/api/v1.0/health/status"}) {
    expect(Method::kGet, "/deployment/iris" + std::string(path), Destination::kReadiness, "iris");
  }
  expect(Method::kGet, "/deployment/iris/live", Destination::kLiveness, "iris");
}

TEST(Router, passes_every_other_path_of_a_deployment_through_as_it_is) {
  for (const std::string_view rest :
       {"/", "/v2/models/iris/infer", "/v1/chat/completions", "/api/v2.0/predictions",
        "/api/v1.0/predictions/", "/api/v1.0/feedbacks", "/api/v1.0/status/a/b", "/a%20b/"}) {
    const std::string path = "/deployment/iris" + std::string(rest);
    for (const Method method : {Method::kGet, Method::kHead, Method::kPost, Method::kPut,
                                Method::kPatch, Method::kDelete}) {
      const Decision decision = route(method, path);
      EXPECT_EQ(decision.destination, Destination::kPassThrough) << path;
      EXPECT_EQ(decision.deployment, "iris");
      EXPECT_EQ(decision.rest, rest);
    }
    expect(Method::kTrace, path, Destination::kMethodNotAllowed, "iris");
  }
}

TEST(Router, says_which_methods_an_endpoint_takes) {
  EXPECT_EQ(route(Method::kOptions, "/deployment/iris/api/v1.0/predictions").allow, "OPTIONS,POST");
  EXPECT_EQ(route(Method::kPost, "/deployment/iris/ready").allow, "GET,HEAD,OPTIONS");
  EXPECT_EQ(route(Method::kTrace, "/deployment/iris/v2").allow,
            "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT");
}

TEST(Router, passes_nothing_on_that_must_be_normalised) {
  for (const std::string_view path :
       {"/deployment/iris/../api/v1.0/predictions", "/deployment/iris/%2e%2e/x",
        "/deployment/iris//v2", "/deployment/iris/a%2Fb", "/deployment/iris/a%zz"}) {
    expect(Method::kPost, path, Destination::kBadPath);
  }
}

TEST(Router, knows_no_deployment_without_a_name_or_a_path) {
  for (const std::string_view path :
       {"/deployment/", "/deployment/iris", "/deployment//api/v1.0/predictions"}) {
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
