#include "api/usage_routes.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class UsageRoutes : public ApiTest {
 protected:
  UsageRoutes() {
    const domain::UsageSubject subject{.group = "vision",
                                       .deployment_id = "iris",
                                       .deployment_name = "=Iris, \"2\"",
                                       .instance_type = "cpu-2",
                                       .cpu_millis = 2000,
                                       .memory_bytes = int64_t{4} << 30,
                                       .gpus = 1};
    const Timestamp begin = *parse_rfc3339("2026-10-31T23:00:00Z");
    domain::add_run(usage.sums, subject, begin, begin + std::chrono::minutes(80));
  }
};

TEST_F(UsageRoutes, shows_hours_by_all_that_there_is_when_nothing_is_said) {
  const Reply reply = get("/api/v1/usage");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const Json shown = json(reply);
  EXPECT_EQ(shown["from"], "2026-10");
  EXPECT_EQ(shown["to"], "2026-11");
  EXPECT_EQ(shown["counted_until"], "2027-01-15T08:00:00.000000Z");
  ASSERT_EQ(shown["items"].size(), 2U);
  EXPECT_EQ(shown["items"][0], (Json{{"month", "2026-10"},
                                     {"group", "vision"},
                                     {"deployment", "iris"},
                                     {"deployment_name", "=Iris, \"2\""},
                                     {"instance_type", "cpu-2"},
                                     {"replica_hours", 1.0},
                                     {"cpu_core_hours", 2.0},
                                     {"memory_gib_hours", 4.0},
                                     {"gpu_hours", 1.0}}));
  EXPECT_EQ(shown["items"][1]["replica_hours"], 0.333333);
  EXPECT_EQ(usage.last_caller.user, "ada");
}

TEST_F(UsageRoutes, sums_by_what_is_asked_for) {
  const Json shown = json(get("/api/v1/usage?from=2026-10&to=2026-11&group=vision&by=group"));
  EXPECT_EQ(usage.last_filter.first, domain::parse_month("2026-10"));
  EXPECT_EQ(usage.last_filter.last, domain::parse_month("2026-11"));
  EXPECT_EQ(usage.last_filter.group, "vision");
  ASSERT_EQ(shown["items"].size(), 1U);
  EXPECT_EQ(shown["items"][0].size(), 5U);
  EXPECT_EQ(shown["items"][0]["replica_hours"], 1.333333);
  EXPECT_EQ(shown["by"], Json::array({"group"}));
}

TEST_F(UsageRoutes, makes_a_file_that_no_spreadsheet_runs) {
  const Reply reply = get("/api/v1/usage?by=month&by=deployment&format=csv");
  ASSERT_EQ(reply.status, 200);
  EXPECT_THAT(reply.content_type, testing::StartsWith("text/csv"));
  EXPECT_EQ(find_field(reply.fields, "Content-Disposition"),
            "attachment; filename=\"usage-2026-10-2026-11.csv\"");
  EXPECT_EQ(reply.body,
            "month,group,deployment,deployment_name,replica_hours,cpu_core_hours,"
            "memory_gib_hours,gpu_hours\r\n"
            "2026-10,vision,iris,\"'=Iris, \"\"2\"\"\",1.000000,2.000000,4.000000,1.000000\r\n"
            "2026-11,vision,iris,\"'=Iris, \"\"2\"\"\",0.333333,0.666667,1.333333,0.333333\r\n");
}

TEST_F(UsageRoutes, shows_requests_by_client) {
  usage.clients = {{.month = usage.last,
                    .group = "vision",
                    .deployment_id = "iris",
                    .client = "robot",
                    .requests = 12}};
  const Json shown = json(get("/api/v1/usage?by=client"));
  EXPECT_TRUE(shown["counted_until"].is_null());
  EXPECT_EQ(shown["items"], Json::array({{{"month", "2026-11"},
                                          {"group", "vision"},
                                          {"deployment", "iris"},
                                          {"client", "robot"},
                                          {"requests", 12}}}));
  EXPECT_EQ(get("/api/v1/usage?by=client&format=csv").body,
            "month,group,deployment,client,requests\r\n2026-11,vision,iris,robot,12\r\n");
}

TEST_F(UsageRoutes, names_what_is_wrong) {
  EXPECT_THAT(
      faults(get("/api/v1/usage?from=2026&to=now&by=user&format=xml&grop=x")),
      ElementsAre(HasSubstr("?from: must be a month"), HasSubstr("?to: must be a month"),
                  HasSubstr("?by: must be month"), HasSubstr("?format: must be json or csv"),
                  HasSubstr("did you mean 'group'?")));
  EXPECT_THAT(faults(get("/api/v1/usage?by=client&by=group")),
              ElementsAre(HasSubstr("?by: client stands alone")));
}

TEST_F(UsageRoutes, has_its_heads_even_without_rows) {
  usage.sums.clear();
  EXPECT_EQ(get("/api/v1/usage?by=group&format=csv").body,
            "group,replica_hours,cpu_core_hours,memory_gib_hours,gpu_hours\r\n");
}

}  // namespace
}  // namespace slipway::api
