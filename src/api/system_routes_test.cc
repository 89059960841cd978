#include "api/system_routes.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

class SystemRoutes : public ApiTest {
 protected:
  Reply ask_admin() { return ask_as(kAdmin, http::Method::kGet, "/api/v1/system"); }
};

TEST_F(SystemRoutes, is_for_platform_admins) {
  EXPECT_EQ(get("/api/v1/system").status, 403);
  EXPECT_EQ(ask_admin().status, 200);
  EXPECT_EQ(system.last_caller.user, "root");
}

TEST_F(SystemRoutes, shows_every_part) {
  system.told.uptime = std::chrono::milliseconds(1500);
  system.told.engine = {.name = "docker",
                        .version = "podman 4.3.1",
                        .cpu_millis = 8000,
                        .memory_bytes = int64_t{1} << 34};
  system.told.snapshot_version = 7;
  system.told.snapshot_published_at = from_unix_micros(1'800'000'000'000'000);
  system.told.gateways = {{.id = "gw-1",
                           .adopted_version = 7,
                           .age = std::chrono::milliseconds(250),
                           .metrics_at = "127.0.0.1:9101",
                           .certificates = {{"models.example", 1'800'000'000}}},
                          {.id = "gw-2", .adopted_version = 5}};
  system.told.database = {.bytes = 4096, .history_bytes = 8192};
  system.told.disk = {.state_dir = "/state",
                      .free_bytes = 10,
                      .size_bytes = 20,
                      .logs_bytes = 3,
                      .logs_paused = true};
  const Json shown = json(ask_admin());
  EXPECT_EQ(shown["version"], "0.1.0");
  EXPECT_EQ(shown["uptime_s"], 1.5);
  EXPECT_EQ(shown["engine"]["version"], "podman 4.3.1");
  EXPECT_TRUE(shown["engine"]["problem"].is_null());
  EXPECT_EQ(shown["snapshot"],
            (Json{{"version", 7}, {"published_at", "2027-01-15T08:00:00.000000Z"}}));
  EXPECT_EQ(shown["gateways"][0],
            (Json{{"id", "gw-1"},
                  {"snapshot_version", 7},
                  {"current", true},
                  {"seen_s", 0.25},
                  {"metrics_at", "127.0.0.1:9101"},
                  {"certificates", Json::array({{{"name", "models.example"},
                                                 {"ends_at", "2027-01-15T08:00:00.000000Z"}}})}}));
  EXPECT_EQ(shown["gateways"][1]["current"], false);
  EXPECT_EQ(shown["gateways"][1]["certificates"], Json::array());
  EXPECT_TRUE(shown["gateways"][1]["metrics_at"].is_null());
  EXPECT_EQ(shown["database"]["history_bytes"], 8192);
  EXPECT_EQ(shown["disk"]["logs_paused"], true);
}

TEST_F(SystemRoutes, says_why_a_part_does_not_answer) {
  system.told.engine.problem = "no engine at /run/x.sock";
  system.told.database.problem = "the disk is full";
  const Json shown = json(ask_admin());
  EXPECT_EQ(shown["engine"]["problem"], "no engine at /run/x.sock");
  EXPECT_TRUE(shown["engine"]["cpu_millis"].is_null());
  EXPECT_EQ(shown["database"]["problem"], "the disk is full");
  EXPECT_TRUE(shown["disk"]["free_bytes"].is_null());
  EXPECT_TRUE(shown["snapshot"]["published_at"].is_null());
}

}  // namespace
}  // namespace slipway::api
