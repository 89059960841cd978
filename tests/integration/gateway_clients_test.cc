// Private routes: who is let in, whom the model sees, and what control hears of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/authorization.h"
#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

constexpr const char* kToken = "slc_ada-token";
constexpr const char* kChallenge = "Basic realm=\"slipway\", Bearer";

std::string bearer(std::string_view token) {
  return "Authorization: Bearer " + std::string(token) + "\r\n";
}
std::string basic(std::string_view name, std::string_view token) {
  return "Authorization: " + http::basic_authorization(name, token) + "\r\n";
}

class GatewayClients : public testing::Test {
 protected:
  // The model answers with the head that it saw.
  AutonomousUpstream model_{[](const Message& request) { return reply(request.raw_head); }};
  GatewayFixture gateway_{[](gateway::GatewayConfig& config) {
    config.workers = 1;
    config.report_period = std::chrono::milliseconds(5);
  }};

  void serve(std::vector<snapshot::Client> clients) {
    gateway_.serve({private_route(route_to({model_.port()}), std::move(clients))});
  }
  Message ask(std::string_view fields, std::string_view path = kPredict) {
    Wire client = gateway_.client();
    client.send(post(path, "{}", fields));
    return client.read_message().value_or(Message{});
  }
};

TEST_F(GatewayClients, are_let_in_by_either_scheme_and_named_to_the_model) {
  serve({client_with("ada", kToken), client_with("bot", "slc_bot-token")});
  for (const std::string& fields : {basic("ada", kToken), bearer(kToken)}) {
    const Message answer = ask(fields);
    EXPECT_EQ(answer.status(), 200);
    EXPECT_THAT(answer.body, HasSubstr("x-forwarded-user: ada\r\n"));
    EXPECT_THAT(answer.body, Not(HasSubstr("authorization")));
    EXPECT_THAT(answer.body, Not(HasSubstr(kToken)));
  }
  EXPECT_THAT(ask(bearer("slc_bot-token")).body, HasSubstr("x-forwarded-user: bot\r\n"));
}

TEST_F(GatewayClients, cannot_fool_the_model_about_their_name) {
  serve({client_with("ada", kToken)});
  const std::string forged =
      "X-Forwarded-User: root\r\nx-FORWARDED-user: root\r\nX_Forwarded_User: root\r\n"
      "X.Forwarded.User: root\r\n";
  const Message answer = ask(bearer(kToken) + forged);
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(answer.body, HasSubstr("x-forwarded-user: ada\r\n"));
  EXPECT_THAT(answer.body, Not(HasSubstr("root")));
  // Nor may they ask for the field to be dropped on the way.
  EXPECT_EQ(ask(bearer(kToken) + "Connection: X-Forwarded-User\r\n").status(), 400);

  gateway_.serve({route_to({model_.port()})});
  const Message open = ask(bearer(kToken) + forged);
  EXPECT_EQ(open.status(), 200);
  EXPECT_THAT(open.body, Not(HasSubstr("root")));
  EXPECT_THAT(open.body, Not(HasSubstr("x-forwarded-user:")));
  EXPECT_THAT(open.body, Not(HasSubstr(kToken)));
}

TEST_F(GatewayClients, are_refused_with_a_challenge_that_tells_nothing) {
  serve({client_with("ada", kToken)});
  const std::vector<std::string> wrong = {
      "",
      "Authorization:\r\n",
      bearer("slc_other"),
      bearer(std::string(kToken) + "x"),
      basic("ada", "slc_other"),
      basic("bob", kToken),
      basic("", kToken),
      basic("ada", ""),
      basic("ada", std::string(kToken) + ":x"),
      basic("ada:x", kToken),
      "Authorization: Bearer\r\n",
      "Authorization: Bearer  \r\n",
      "Authorization: Bearer a b\r\n",
      "Authorization: Basic\r\n",
      "Authorization: Basic ====\r\n",
      "Authorization: Basic YWRh\r\n",  // "ada", no colon
      "Authorization: Digest username=\"ada\"\r\n",
      "Authorization: " + std::string(kToken) + "\r\n",
      "X-Authorization: Bearer " + std::string(kToken) + "\r\n",
      "Authorization: Bearer " + std::string(8000, 'x') + "\r\n",
  };
  for (const std::string& fields : wrong) {
    const Message answer = ask(fields);
    EXPECT_EQ(answer.status(), 401) << fields;
    EXPECT_EQ(answer.field("www-authenticate"), kChallenge) << fields;
    EXPECT_EQ(answer.field("content-type"), "application/problem+json") << fields;
    EXPECT_THAT(answer.body, HasSubstr("\"status\":401")) << fields;
    EXPECT_THAT(answer.body, Not(HasSubstr("slc_"))) << fields;
  }
  EXPECT_EQ(model_.requests(), 0u);
  EXPECT_EQ(gateway_.metric("slipway_gateway_failures_total{cause=\"unauthorized\"}"),
            static_cast<double>(wrong.size()));
}

TEST_F(GatewayClients, may_have_a_colon_in_the_token) {
  serve({client_with("ada", "a:b:c")});
  EXPECT_EQ(ask(basic("ada", "a:b:c")).status(), 200);
  EXPECT_EQ(ask(basic("ada:a", "b:c")).status(), 200);  // the same bytes
  EXPECT_EQ(ask(basic("ada", "a:b")).status(), 401);
}

TEST_F(GatewayClients, may_not_send_two_authorization_fields_even_equal_or_right_ones) {
  serve({client_with("ada", kToken)});
  for (const std::string& fields :
       {bearer(kToken) + bearer(kToken), bearer("slc_other") + bearer(kToken),
        bearer(kToken) + "authorization:\r\n", "Authorization:\r\n" + bearer(kToken)}) {
    EXPECT_EQ(ask(fields).status(), 401) << fields;
  }
  EXPECT_EQ(model_.requests(), 0u);
}

TEST_F(GatewayClients, nobody_is_let_in_where_nobody_is_a_client) {
  serve({});
  EXPECT_EQ(ask("").status(), 401);
  EXPECT_EQ(ask(bearer(kToken)).status(), 401);
  // A token of another route opens nothing either.
  gateway_.serve({private_route(route_to({model_.port()}), {}),
                  private_route(route_to({model_.port()}, "mnist"), {client_with("ada", kToken)})});
  EXPECT_EQ(ask(bearer(kToken), "/deployment/mnist/api/v1.0/predictions").status(), 200);
  EXPECT_EQ(ask(bearer(kToken)).status(), 401);
}

TEST_F(GatewayClients, hear_of_the_state_of_a_private_deployment_only_when_let_in) {
  snapshot::Route stopped = private_route(route_to({}), {client_with("ada", kToken)});
  stopped.state = snapshot::RouteState::kStopped;
  stopped.reason = "stopped by alice";
  gateway_.serve({stopped});
  const Message refused = ask("");
  EXPECT_EQ(refused.status(), 401);
  EXPECT_THAT(refused.body, Not(HasSubstr("stopped")));
  EXPECT_EQ(ask(bearer(kToken)).status(), 503);
}

TEST_F(GatewayClients, a_removed_one_is_refused_though_its_credential_was_remembered) {
  serve({client_with("ada", kToken), client_with("bot", "slc_bot-token")});
  Wire client = gateway_.client();
  const auto status = [&](const std::string& fields) {
    client.send(post(kPredict, "{}", fields));
    const auto answer = client.read_message();
    return answer ? answer->status() : 0;
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(status(bearer(kToken)), 200);
  serve({client_with("bot", "slc_bot-token")});
  EXPECT_EQ(status(bearer(kToken)), 401);
  EXPECT_EQ(status(bearer("slc_bot-token")), 200);
}

TEST_F(GatewayClients, are_refused_from_their_expiry_on_also_when_remembered) {
  snapshot::Client ada = client_with("ada", kToken);
  ada.expires_at_micros = to_unix_micros(gateway_.clock().now() + seconds(60));
  serve({ada});
  EXPECT_EQ(ask(bearer(kToken)).status(), 200);
  EXPECT_EQ(ask(bearer(kToken)).status(), 200);
  gateway_.clock().advance(seconds(61));
  EXPECT_EQ(ask(bearer(kToken)).status(), 401);
}

TEST_F(GatewayClients, have_two_tokens_for_the_overlap_of_a_rotation) {
  snapshot::Client ada = client_with("ada", "slc_new");
  ada.previous_digest = snapshot::token_digest("slc_old", kDigestKey);
  ada.previous_until_micros = to_unix_micros(gateway_.clock().now() + seconds(60));
  serve({ada});
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(ask(bearer("slc_old")).body, HasSubstr("x-forwarded-user: ada\r\n"));
    EXPECT_EQ(ask(bearer("slc_new")).status(), 200);
  }
  gateway_.clock().advance(seconds(61));
  EXPECT_EQ(ask(bearer("slc_old")).status(), 401);
  EXPECT_EQ(ask(bearer("slc_new")).status(), 200);
}

TEST_F(GatewayClients, are_told_to_wait_when_they_are_too_fast) {
  snapshot::Client ada = client_with("ada", kToken);
  ada.requests_per_minute = 1;
  serve({ada, client_with("bot", "slc_bot-token")});
  EXPECT_EQ(ask(bearer(kToken)).status(), 200);
  const Message refused = ask(bearer(kToken));
  EXPECT_EQ(refused.status(), 429);
  EXPECT_EQ(refused.field("content-type"), "application/problem+json");
  EXPECT_GE(std::stoi(refused.field("retry-after")), 1);
  EXPECT_LE(std::stoi(refused.field("retry-after")), 60);
  EXPECT_EQ(refused.field("ratelimit-policy"), "\"client\";q=1;w=60");
  EXPECT_EQ(ask(bearer("slc_bot-token")).status(), 200);
  // A new snapshot gives no new allowance.
  serve({ada});
  EXPECT_EQ(ask(bearer(kToken)).status(), 429);
}

TEST_F(GatewayClients, are_not_served_before_the_first_snapshot) {
  EXPECT_EQ(ask(bearer(kToken)).status(), 503);
}

TEST_F(GatewayClients, are_not_served_by_a_snapshot_that_is_broken) {
  snapshot::Route route = private_route(route_to({model_.port()}), {client_with("ada", kToken)});
  gateway_.serve({route});
  std::string bytes = "not a snapshot";
  const uint64_t polls = gateway_.control().polls();
  gateway_.control().publish_bytes(99, bytes);
  ASSERT_TRUE(eventually([&] { return gateway_.control().polls() > polls + 1; }));
  EXPECT_EQ(ask("").status(), 401);
  EXPECT_EQ(ask(bearer(kToken)).status(), 200);
}

TEST_F(GatewayClients, stay_on_disk_for_their_owner_only) {
  serve({client_with("ada", kToken)});
  const auto file = gateway_.directory() / "snapshot.bin";
  ASSERT_TRUE(eventually([&] { return std::filesystem::exists(file); }));
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace
}  // namespace slipway::test
