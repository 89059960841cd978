#include "cli/command_line_fixture_test.h"

namespace slipway::cli {
namespace {

using testing::HasSubstr;

class SystemCommandTest : public CommandLineTest {};

TEST_F(SystemCommandTest, shows_parts_and_gateways) {
  serve(
      "GET /api/v1/system", 200,
      R"({"version":"0.1.0","uptime_s":245.0,"engine":{"name":"docker","version":"docker 20.10.24",)"
      R"("cpu_millis":2000,"memory_bytes":2147483648,"problem":null},)"
      R"("snapshot":{"version":7,"published_at":null},)"
      R"("gateways":[{"id":"gw-1","snapshot_version":6,"seen_s":0.25,"metrics_at":"127.0.0.1:9101"}],)"
      R"("database":{"bytes":1048576,"history_bytes":2097152,"problem":null},)"
      R"("disk":{"state_dir":"/state","free_bytes":1073741824,"size_bytes":2147483648,)"
      R"("logs_bytes":1048576,"logs_paused":true}})");
  ASSERT_EQ(run({"system"}), 0) << err;
  EXPECT_THAT(out, HasSubstr("4 min 5 s"));
  EXPECT_THAT(out, HasSubstr("docker 20.10.24, 2 CPU, 2.0 GiB\n"));
  EXPECT_THAT(out, HasSubstr("1.0 MiB; history of metrics 2.0 MiB\n"));
  EXPECT_THAT(out, HasSubstr("1.0 GiB free of 2.0 GiB; logs 1.0 MiB, paused for want of room\n"));
  EXPECT_THAT(out, HasSubstr("GATEWAY  SNAPSHOT  ASKED       METRICS\n"
                             "gw-1     6         250 ms ago  127.0.0.1:9101\n"));
  ASSERT_EQ(run({"system", "-o", "name"}), 0) << err;
  EXPECT_EQ(out, "gw-1\n");
}

TEST_F(SystemCommandTest, says_what_does_not_answer_and_that_no_gateway_came) {
  serve("GET /api/v1/system", 200,
        R"({"engine":{"name":"docker","version":"","problem":"no engine at /run/x.sock"},)"
        R"("gateways":[],"database":{"bytes":0,"history_bytes":0,"problem":"the disk is full"},)"
        R"("disk":{"free_bytes":null,"size_bytes":null}})");
  ASSERT_EQ(run({"system"}), 0) << err;
  EXPECT_THAT(out, HasSubstr("docker; no engine at /run/x.sock\n"));
  EXPECT_THAT(out, HasSubstr("; the disk is full\n"));
  EXPECT_THAT(out, HasSubstr("unknown; logs"));
  EXPECT_THAT(out, HasSubstr("no gateway asked lately\n"));
}

}  // namespace
}  // namespace slipway::cli
