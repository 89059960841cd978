#include "cli/command_line_fixture_test.h"

namespace slipway::cli {
namespace {

using testing::HasSubstr;

class UsageCommandTest : public CommandLineTest {};

TEST_F(UsageCommandTest, shows_the_columns_that_were_asked_for) {
  serve("GET /api/v1/usage?format=json&from=2026-11&to=2026-11&by=month&by=group", 200,
        R"({"from":"2026-11","to":"2026-11","items":[{"month":"2026-11","group":"vision",)"
        R"("replica_hours":12.5,"cpu_core_hours":25.0,"memory_gib_hours":50.0,"gpu_hours":0.0}]})");
  ASSERT_EQ(run({"usage", "--month", "2026-11", "--by", "month,group"}), 0) << err;
  EXPECT_EQ(out,
            "MONTH    GROUP   REPLICA HOURS  CPU HOURS  GIB HOURS  GPU HOURS\n"
            "2026-11  vision  12.50          25.00      50.00      0.00\n");
  ASSERT_EQ(run({"usage", "--month", "2026-11", "--by", "month", "--by", "group", "-o", "name"}), 0)
      << err;
  EXPECT_EQ(out, "2026-11 vision\n");
}

TEST_F(UsageCommandTest, shows_requests_by_client) {
  serve("GET /api/v1/usage?format=json&group=vision&by=client", 200,
        R"({"items":[{"month":"2026-11","group":"vision","deployment":"iris","client":"robot",)"
        R"("requests":12}]})");
  ASSERT_EQ(run({"usage", "--group", "vision", "--by", "client"}), 0) << err;
  EXPECT_EQ(out,
            "MONTH    GROUP   DEPLOYMENT  CLIENT  REQUESTS\n"
            "2026-11  vision  iris        robot   12\n");
}

TEST_F(UsageCommandTest, says_so_when_nothing_was_used) {
  serve("GET /api/v1/usage?format=json", 200, R"({"items":[]})");
  ASSERT_EQ(run({"usage"}), 0) << err;
  EXPECT_EQ(out, "nothing was used\n");
}

TEST_F(UsageCommandTest, writes_csv_as_the_server_makes_it) {
  serve("GET /api/v1/usage?format=csv&from=2026-01&to=2026-03", 200, "month\r\n2026-01\r\n");
  ASSERT_EQ(run({"usage", "--from", "2026-01", "--to", "2026-03", "--csv", "-"}), 0) << err;
  EXPECT_EQ(out, "month\r\n2026-01\r\n");
  const std::string file = folder + "/usage.csv";
  ASSERT_EQ(run({"usage", "--from", "2026-01", "--to", "2026-03", "--csv", file}), 0) << err;
  EXPECT_THAT(err, HasSubstr("usage.csv"));
  std::ifstream in(file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "month\r\n2026-01\r\n");
}

TEST_F(UsageCommandTest, refuses_what_nobody_can_sum_by) {
  EXPECT_EQ(run({"usage", "--by", "colour"}), 2);
  EXPECT_EQ(run({"usage", "--month", "2026-11", "--from", "2026-10"}), 2);
}

}  // namespace
}  // namespace slipway::cli
