#include "cli/command_line_fixture_test.h"

namespace slipway::cli {
namespace {

using testing::HasSubstr;

constexpr const char* kAnswer = R"({"from":"2026-01-01T23:00:00.000000Z",
  "to":"2026-01-02T00:00:00.000000Z","step_s":1800,"times":[1767308400,1767310200],
  "problem":null,"series":[
  {"name":"qps","unit":"1/s","labels":{"client":"b\"o,t"},"values":[1.5,3]},
  {"name":"latency_p95","unit":"s","labels":{},"values":[null,0.25]}]})";

TEST_F(CommandLineTest, metrics_are_shown_as_lines_of_blocks) {
  serve("GET /api/v1/deployments/iris/metrics?from=3600s&by=client", 200, kAnswer);
  EXPECT_EQ(run({"deployments", "metrics", "iris", "--by", "client"}), 0) << err;
  EXPECT_THAT(out, HasSubstr("a step is 30 min"));
  EXPECT_THAT(out, HasSubstr("3/s     1.5/s   3/s"));
  EXPECT_THAT(out, HasSubstr("▅█"));
  EXPECT_THAT(out, HasSubstr("250 ms"));
}

TEST_F(CommandLineTest, metrics_as_csv_have_a_line_for_each_time) {
  serve("GET /api/v1/deployments/iris/metrics?from=21600s&step=60&series=qps%2Clatency_p95", 200,
        kAnswer);
  EXPECT_EQ(run({"deployments", "metrics", "iris", "--range", "6h", "--step", "1m", "--series",
                 "qps,latency_p95", "--csv"}),
            0)
      << err;
  EXPECT_EQ(out,
            "time,\"qps{client=b\"\"o,t}\",latency_p95\r\n"
            "2026-01-01T23:00:00.000000Z,1.5,\r\n"
            "2026-01-01T23:30:00.000000Z,3,0.25\r\n");
}

TEST_F(CommandLineTest, metrics_tell_what_is_wrong_with_the_history) {
  serve("GET /api/v1/deployments/iris/metrics?from=3600s", 200,
        R"({"from":"","to":"","step_s":10,"times":[],"problem":"began anew","series":[]})");
  EXPECT_EQ(run({"deployments", "metrics", "iris"}), 0) << err;
  EXPECT_THAT(out, HasSubstr("Note: began anew"));
}

}  // namespace
}  // namespace slipway::cli
