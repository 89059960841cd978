#include "gateway/model_reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/h1_head_parser.h"

namespace slipway::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

class ModelReply : public testing::Test {
 protected:
  std::string fields_of(const std::string& lines, const AnswerFacts& facts) {
    const std::string text = "HTTP/1.1 200 OK\r\n" + lines + "content-length: 0\r\n\r\n";
    http::ResponseHead head;
    EXPECT_EQ(http::parse_response_head(text, {}, http::Method::kGet, head).outcome,
              http::Outcome::kComplete);
    std::string out;
    std::string scratch;
    append_model_reply_fields(out, head.fields, facts, scratch);
    return out;
  }

  AnswerFacts facts_{.puid = "p", .deployment = "iris", .replica = "r-1"};
};

TEST_F(ModelReply, passes_what_is_the_models_and_adds_what_is_ours) {
  EXPECT_EQ(fields_of("content-type: application/json\r\netag: 1\r\nx-model: m\r\n", facts_),
            "content-type: application/json\r\netag: 1\r\nx-model: m\r\nseldon-puid: p\r\n"
            "x-content-type-options: nosniff\r\naccess-control-allow-origin: *\r\n"
            "slipway-replica: r-1\r\n");
}

TEST_F(ModelReply, lets_no_model_act_on_the_origin_that_it_shares_with_the_pages) {
  const std::string fields = fields_of(
      "content-type: application/json\r\nset-cookie: session=x\r\nClear-Site-Data: *\r\n"
      "Service-Worker-Allowed: /\r\nStrict-Transport-Security: max-age=1\r\nalt-svc: x\r\n"
      "Access-Control-Allow-Credentials: true\r\nAccess-Control-Allow-Origin: evil\r\n"
      "NEL: {}\r\nReport-To: {}\r\nReporting-Endpoints: a=b\r\nSlipway-Replica: forged\r\n",
      facts_);
  EXPECT_EQ(fields, fields_of("content-type: application/json\r\n", facts_));
}

TEST_F(ModelReply, puts_what_a_browser_might_draw_into_a_sandbox) {
  for (const char* type : {"text/html", "image/svg+xml", "application/xhtml+xml", ""}) {
    const std::string line = *type == '\0' ? "" : std::string("content-type: ") + type + "\r\n";
    const std::string fields = fields_of(line, facts_);
    EXPECT_THAT(fields, HasSubstr("content-security-policy: sandbox ")) << type;
    EXPECT_THAT(fields, Not(HasSubstr("allow-same-origin"))) << type;
  }
  for (const char* type : {"application/json; charset=utf-8", "text/event-stream"}) {
    EXPECT_THAT(fields_of(std::string("content-type: ") + type + "\r\n", facts_),
                Not(HasSubstr("sandbox")))
        << type;
  }
}

TEST_F(ModelReply, keeps_a_redirection_below_its_deployment) {
  const auto location = [&](const std::string& place) {
    const std::string fields = fields_of("location: " + place + "\r\n", facts_);
    const size_t begin = fields.find("location: ") + 10;
    return fields.substr(begin, fields.find('\r', begin) - begin);
  };
  EXPECT_EQ(location("/login?next=/"), "/deployment/iris/login?next=/");
  EXPECT_EQ(location("/deployment/iris-2/x"), "/deployment/iris/deployment/iris-2/x");
  EXPECT_EQ(location("/deployment/iris/x"), "/deployment/iris/x");
  EXPECT_EQ(location("next"), "next");
  EXPECT_EQ(location("//elsewhere/x"), "//elsewhere/x");
  EXPECT_EQ(location("https://elsewhere/x"), "https://elsewhere/x");
}

TEST_F(ModelReply, echoes_the_clients_request_id_and_no_other) {
  const std::string line = "content-type: application/json\r\nx-request-id: of-the-model\r\n";
  EXPECT_THAT(fields_of(line, facts_), HasSubstr("x-request-id: of-the-model\r\n"));
  facts_.request_id = "mine";
  const std::string fields = fields_of(line, facts_);
  EXPECT_THAT(fields, HasSubstr("x-request-id: mine\r\n"));
  EXPECT_THAT(fields, Not(HasSubstr("of-the-model")));
}

TEST_F(ModelReply, says_the_rates_that_held_and_then_none_of_the_models) {
  const std::string lines =
      "content-type: application/json\r\nRateLimit: \"model\";r=1;t=1\r\n"
      "RateLimit-Policy: \"model\";q=1;w=1\r\n";
  EXPECT_THAT(fields_of(lines, facts_), HasSubstr("ratelimit: \"model\";r=1;t=1\r\n"));
  AppliedRates rates;
  rates.deployment = {.per_minute = 600, .left = 99, .full_in = std::chrono::milliseconds(100)};
  facts_.rates = &rates;
  const std::string fields = fields_of(lines, facts_);
  EXPECT_THAT(fields, HasSubstr("\r\nratelimit-policy: \"deployment\";q=600;w=60\r\n"
                                "ratelimit: \"deployment\";r=99;t=1\r\n"));
  EXPECT_THAT(fields, Not(HasSubstr("model\"")));
}

TEST_F(ModelReply, has_the_fields_of_cloudevents_for_who_speaks_it) {
  EXPECT_THAT(fields_of("", facts_), Not(HasSubstr("ce-")));
  facts_.event_path = "/deployment/iris/api/v1.0/predictions";
  EXPECT_THAT(fields_of("", facts_),
              HasSubstr("ce-id: p\r\nce-specversion: 0.3\r\n"
                        "ce-path: /deployment/iris/api/v1.0/predictions\r\n"
                        "ce-source: seldon.iris\r\nce-type: seldon.iris.slipway.response\r\n"));
}

}  // namespace
}  // namespace slipway::gateway
