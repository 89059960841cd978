#include "gateway/upstream_request.h"

#include <gtest/gtest.h>

#include "http/h1_head_parser.h"

namespace slipway::gateway {
namespace {

class UpstreamRequest : public testing::Test {
 protected:
  const http::RequestHead& parse(std::string_view text) {
    EXPECT_EQ(http::parse_request_head(text, {}, head_).outcome, http::Outcome::kComplete);
    return head_;
  }
  http::RequestHead head_;
};

TEST_F(UpstreamRequest, for_a_model_is_exactly_this) {
  std::string out;
  write_model_request(
      out,
      parse("POST /deployment/iris/api/v1.0/predictions HTTP/1.1\r\nHost: front\r\n"
            "Accept: */*\r\nAuthorization: Basic eDp5\r\nCookie: a=b\r\n"
            "X-Forwarded-User: eve\r\nSeldon-Puid: given\r\nExpect: 100-continue\r\n"
            "Content-Type: application/json\r\nContent-Length: 3\r\n\r\n"),
      {.target = "/predict", .puid = "given", .peer = "10.1.2.3:5555"});
  EXPECT_EQ(out,
            "POST /predict HTTP/1.1\r\nhost: front\r\naccept: */*\r\n"
            "content-type: application/json\r\nx-forwarded-for: 10.1.2.3\r\n"
            "x-forwarded-proto: http\r\nseldon-puid: given\r\ncontent-length: 3\r\n\r\n");
}

TEST_F(UpstreamRequest, for_a_model_asks_for_websocket_in_our_own_words) {
  std::string out;
  write_model_request(out,
                      parse("GET /deployment/iris/ws HTTP/1.1\r\nHost: front\r\n"
                            "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
                            "Sec-WebSocket-Key: a2V5\r\n\r\n"),
                      {.target = "/ws", .puid = "p", .peer = "10.1.2.3:5555", .websocket = true});
  EXPECT_EQ(out,
            "GET /ws HTTP/1.1\r\nhost: front\r\nsec-websocket-key: a2V5\r\n"
            "x-forwarded-for: 10.1.2.3\r\nx-forwarded-proto: http\r\nseldon-puid: p\r\n"
            "connection: upgrade\r\nupgrade: websocket\r\n\r\n");
}

TEST_F(UpstreamRequest, for_a_model_tells_where_it_came_in_and_keeps_what_proxies_before_said) {
  std::string out;
  write_model_request(out,
                      parse("GET /deployment/iris/page HTTP/1.1\r\nHost: front\r\n"
                            "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: gopher\r\n"
                            "X-Forwarded-Prefix: /elsewhere\r\n\r\n"),
                      {.target = "/page",
                       .puid = "p",
                       .peer = "[::1]:5555",
                       .encrypted = true,
                       .prefix = "/deployment/iris",
                       .traceparent = "00-1-2-01"});
  EXPECT_EQ(out,
            "GET /page HTTP/1.1\r\nhost: front\r\nx-forwarded-for: 192.0.2.1\r\n"
            "x-forwarded-for: ::1\r\nx-forwarded-proto: https\r\n"
            "x-forwarded-prefix: /deployment/iris\r\ntraceparent: 00-1-2-01\r\n"
            "seldon-puid: p\r\n\r\n");
}

TEST_F(UpstreamRequest, for_a_model_names_the_client_that_was_admitted_and_nobody_else) {
  const std::string_view request =
      "POST /deployment/iris/api/v1.0/predictions HTTP/1.1\r\nHost: front\r\n"
      "x-forwarded-user: eve\r\nX-FORWARDED-USER: eve\r\nX_Forwarded_User: eve\r\n"
      "X.Forwarded.User: eve\r\nX-Forwarded~User: eve\r\nX-Forwarded-Users: 2\r\n"
      "Content-Length: 3\r\n\r\n";
  std::string out;
  write_model_request(out, parse(request),
                      {.target = "/predict", .puid = "given", .user = "bot", .peer = "unix"});
  EXPECT_EQ(out,
            "POST /predict HTTP/1.1\r\nhost: front\r\nx-forwarded-users: 2\r\n"
            "x-forwarded-for: unix\r\nx-forwarded-proto: http\r\nx-forwarded-user: bot\r\n"
            "seldon-puid: given\r\ncontent-length: 3\r\n\r\n");
  out.clear();
  write_model_request(out, parse(request), {.target = "/predict", .puid = "given"});
  EXPECT_EQ(out.find("eve"), std::string::npos) << out;
  EXPECT_EQ(out.find("x-forwarded-user:"), std::string::npos) << out;
}

TEST_F(UpstreamRequest, for_control_keeps_credentials_and_tells_where_it_comes_from) {
  std::string out;
  write_control_request(out,
                        parse("GET /api/v1/me HTTP/1.1\r\nHost: front\r\n"
                              "Authorization: Bearer t\r\nCookie: slipway_session=s\r\n"
                              "X-CSRF-Token: c\r\nX-Forwarded-User: eve\r\n"
                              "X-Forwarded-Proto: gopher\r\n\r\n"),
                        "10.1.2.3:5555");
  EXPECT_EQ(out,
            "GET /api/v1/me HTTP/1.1\r\nhost: front\r\nauthorization: Bearer t\r\n"
            "cookie: slipway_session=s\r\nx-csrf-token: c\r\n"
            "x-forwarded-for: 10.1.2.3\r\nx-forwarded-proto: http\r\nx-forwarded-host: front\r\n"
            "\r\n");
}

TEST_F(UpstreamRequest, tells_control_that_the_client_came_over_tls) {
  std::string out;
  write_control_request(out,
                        parse("GET / HTTP/1.1\r\nHost: front\r\nX-Forwarded-Proto: http\r\n\r\n"),
                        "10.1.2.3:5555", true);
  EXPECT_NE(out.find("x-forwarded-proto: https\r\n"), std::string::npos) << out;
  EXPECT_EQ(out.find("x-forwarded-proto: http\r\n"), std::string::npos) << out;
}

TEST_F(UpstreamRequest, has_a_host_even_when_an_old_client_sent_none) {
  std::string out;
  write_control_request(out, parse("GET / HTTP/1.0\r\n\r\n"), "unix");
  EXPECT_TRUE(out.starts_with("GET / HTTP/1.1\r\nhost: localhost\r\n")) << out;
}

TEST(PeerAddress, is_the_part_before_the_port) {
  EXPECT_EQ(peer_address("127.0.0.1:51234"), "127.0.0.1");
  EXPECT_EQ(peer_address("[::1]:80"), "::1");
  EXPECT_EQ(peer_address("unix"), "unix");
}

}  // namespace
}  // namespace slipway::gateway
