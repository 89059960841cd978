#include <gtest/gtest.h>

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using http::Method;

class TrafficReportRouteTest : public ApiTest {};

TEST_F(TrafficReportRouteTest, takes_what_gateways_counted_on_the_internal_socket_only) {
  snapshot::TrafficReport report{.gateway = "gw-1", .run = "a", .sequence = 1};
  report.clients = {{"iris", "bot", 3, 17}};
  const std::string body = snapshot::encode_traffic(report);
  const std::string path = std::string(snapshot::kTrafficPath) + "?age_ms=1500";
  EXPECT_EQ(post(path, body).status, 404);
  EXPECT_TRUE(traffic.told.empty());
  const auto tell = [&](const std::string& target, const std::string& bytes) {
    return ask(Method::kPost, target, bytes,
               {{"Content-Type", std::string(snapshot::kTrafficContentType)}}, /*internal=*/true);
  };
  EXPECT_EQ(tell(path, body).status, 204);
  ASSERT_EQ(traffic.told.size(), 1u);
  EXPECT_EQ(traffic.told[0].first, report);
  EXPECT_EQ(traffic.told[0].second, std::chrono::milliseconds(1'500));
  EXPECT_EQ(tell(path, "{}").status, 400);
  EXPECT_EQ(tell(std::string(snapshot::kTrafficPath) + "?age_ms=-1", body).status, 400);
  EXPECT_EQ(traffic.told.size(), 1u);
}

}  // namespace
}  // namespace slipway::api
