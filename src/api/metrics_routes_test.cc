#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

class MetricsRoutesTest : public ApiTest {};

TEST_F(MetricsRoutesTest, gives_columns_that_stand_beside_their_times) {
  metrics.answer = {
      1'795'000'000'000, 10'000, 2, {{"qps", "1/s", {{"client", "bot"}}, {1.5, std::nullopt}}}, ""};
  const Reply reply = get("/api/v1/deployments/iris/metrics?by=client&series=qps&step=10");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(json(reply), Json::parse(R"({"from":"2026-11-18T11:06:40.000000Z",
    "to":"2026-11-18T11:07:00.000000Z","step_s":10,"times":[1795000000,1795000010],"problem":null,
    "series":[{"name":"qps","unit":"1/s","labels":{"client":"bot"},"values":[1.5,null]}]})"));
  EXPECT_EQ(metrics.last_id, "iris");
  EXPECT_EQ(metrics.last.by, control::MetricsBy::kClient);
  EXPECT_EQ(metrics.last.names, (std::vector<std::string>{"qps"}));
  EXPECT_EQ(metrics.last.step_ms, 10'000);
  EXPECT_EQ(metrics.last.to_ms - metrics.last.from_ms, 3'600'000);
}

TEST_F(MetricsRoutesTest, takes_times_and_how_long_ago) {
  ASSERT_EQ(get("/api/v1/deployments/iris/metrics?from=6h&to=2h").status, 200);
  EXPECT_EQ(metrics.last.to_ms - metrics.last.from_ms, 4 * 3'600'000);
  ASSERT_EQ(
      get("/api/v1/deployments/iris/metrics?from=2026-01-31T12:00:00Z&to=2026-01-31T13:00:00Z")
          .status,
      200);
  EXPECT_EQ(metrics.last.from_ms, 1'769'860'800'000);
}

TEST_F(MetricsRoutesTest, names_every_parameter_that_is_wrong) {
  const Reply reply =
      get("/api/v1/deployments/iris/metrics?from=yesterday&step=5&by=colour&serie=qps");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(faults(reply),
              testing::ElementsAre(testing::HasSubstr("?from"), testing::HasSubstr("?step"),
                                   testing::HasSubstr("?by"), testing::HasSubstr("?serie")));
}

TEST_F(MetricsRoutesTest, says_what_is_wrong_with_the_history) {
  metrics.answer.problem = "began anew";
  EXPECT_EQ(json(get("/api/v1/deployments/iris/metrics"))["problem"], "began anew");
}

TEST_F(MetricsRoutesTest, shows_all_deployments_at_a_glance) {
  const Json answer = json(get("/api/v1/metrics/deployments"));
  EXPECT_EQ(answer["deployments"],
            Json::parse(R"([{"id":"iris","qps":[2.5],"latency_p95":[null]}])"));
  EXPECT_EQ(answer["times"].size(), 1u);
  EXPECT_TRUE(metrics.last_ids.empty());
  EXPECT_EQ(get("/api/v1/metrics/deployments?id=iris&id=mnist").status, 200);
  EXPECT_EQ(metrics.last_ids, (std::set<std::string>{"iris", "mnist"}));
}

}  // namespace
}  // namespace slipway::api
