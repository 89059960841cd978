#include "engine/docker/container_state.h"

#include <gtest/gtest.h>

namespace slipway::engine {
namespace {

Json inspection(const Json& state) {
  return Json{{"Id", "c0ffee"},
              {"Image", "sha256:abc"},
              {"State", state},
              {"HostConfig", {{"Memory", 33554432}}},
              {"Config",
               {{"Labels",
                 {{"slipway.installation", "inst"},
                  {"slipway.deployment", "iris"},
                  {"slipway.revision", "2"},
                  {"slipway.ordinal", "0"},
                  {"slipway.port", "9000"}}}}},
              {"NetworkSettings", {{"Networks", {{"net", {{"IPAddress", "10.1.2.3"}}}}}}}};
}

TEST(ContainerState, reads_a_running_container) {
  const auto seen = read_container(
      inspection({{"Status", "running"}, {"StartedAt", "2026-11-22T08:34:01.5Z"}}), "inst", "net");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->state, RunState::kRunning);
  EXPECT_EQ(seen->host, "10.1.2.3");
  EXPECT_EQ(seen->port, 9000);
  EXPECT_EQ(seen->started_at, *parse_rfc3339("2026-11-22T08:34:01.5Z"));
  EXPECT_FALSE(seen->exit_code);
}

TEST(ContainerState, reads_an_exited_container_with_its_code) {
  const auto seen = read_container(inspection({{"Status", "exited"},
                                               {"ExitCode", 7},
                                               {"OOMKilled", false},
                                               {"FinishedAt", "2026-11-22T09:00:00+01:00"}}),
                                   "inst", "net");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->exit_code, 7);
  EXPECT_EQ(seen->finished_at, *parse_rfc3339("2026-11-22T08:00:00Z"));
  EXPECT_TRUE(seen->host.empty());
}

TEST(ContainerState, presumes_want_of_memory_only_when_told_to_and_says_so) {
  const Json killed = inspection({{"Status", "exited"}, {"ExitCode", 137}, {"OOMKilled", false}});
  EXPECT_FALSE(read_container(killed, "inst", "net")->out_of_memory);
  const auto presumed = read_container(killed, "inst", "net", OutOfMemoryReport::kPresumedFromKill);
  EXPECT_TRUE(presumed->out_of_memory);
  EXPECT_NE(presumed->detail.find("32 MiB"), std::string::npos) << presumed->detail;
}

TEST(ContainerState, the_year_one_is_never) {
  const auto seen = read_container(
      inspection({{"Status", "running"}, {"StartedAt", "0001-01-01T00:00:00Z"}}), "inst", "net");
  EXPECT_EQ(seen->started_at, Timestamp{});
}

TEST(ContainerState, what_is_not_ours_or_not_of_the_form_is_nothing) {
  EXPECT_FALSE(read_container(inspection({{"Status", "running"}}), "other", "net"));
  EXPECT_FALSE(read_container(Json::array(), "inst", "net"));
  EXPECT_FALSE(read_container_row(Json("x"), "inst", "net"));
}

TEST(ContainerState, knows_the_words_of_both_engines) {
  EXPECT_EQ(read_run_state("configured"), RunState::kCreated);
  EXPECT_EQ(read_run_state("created"), RunState::kCreated);
  EXPECT_EQ(read_run_state("stopped"), RunState::kExited);
  EXPECT_EQ(read_run_state("dead"), RunState::kExited);
  EXPECT_EQ(read_run_state("paused"), RunState::kRunning);
}

}  // namespace
}  // namespace slipway::engine
