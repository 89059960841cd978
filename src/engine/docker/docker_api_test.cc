#include "engine/docker/docker_api.h"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

TEST(DockerApi, reads_who_answers_a_ping) {
  const auto docker =
      read_ping({{"Api-Version", "1.41"}, {"Server", "Docker/20.10.24+dfsg1 (linux)"}});
  ASSERT_TRUE(docker);
  EXPECT_EQ(docker->kind, EngineKind::kDocker);
  EXPECT_EQ(docker->engine, "20.10.24+dfsg1");
  const auto podman = read_ping({{"Api-Version", "1.41"}, {"Libpod-Api-Version", "4.3.1"}});
  ASSERT_TRUE(podman);
  EXPECT_EQ(podman->kind, EngineKind::kPodman);
  EXPECT_EQ(podman->engine, "4.3.1");
}

TEST(DockerApi, refuses_an_engine_that_is_too_old_or_none_at_all) {
  EXPECT_EQ(read_ping({{"Api-Version", "1.40"}}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(read_ping({}).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(read_ping({{"Api-Version", "1.45"}}));
}

TEST(DockerApi, gives_the_engines_own_words_with_a_fitting_code) {
  const Error error = docker_error(404, "{\"message\":\"No such image: a:1\"}");
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_EQ(error.message, "No such image: a:1");
  EXPECT_NE(docker_error(500, "garbage").message.find("500"), std::string::npos);
}

TEST(DockerApi, a_socket_that_is_not_there_is_unavailable_and_named) {
  call::HttpClient client;
  DockerApi api(client, "/nonexistent/docker.sock");
  const auto answer = api.ping();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(answer.error().message.find("/nonexistent/docker.sock"), std::string::npos);
}

}  // namespace
}  // namespace slipway::engine
