#include "gateway/websocket.h"

#include <gtest/gtest.h>

#include <string>

#include "http/h1_head_parser.h"

namespace slipway::gateway {
namespace {

bool asks(std::string_view line, std::string_view fields) {
  http::RequestHead head;
  const std::string text =
      std::string(line).append(" HTTP/1.1\r\nHost: x\r\n").append(fields).append("\r\n");
  EXPECT_EQ(http::parse_request_head(text, {}, head).outcome, http::Outcome::kComplete) << text;
  return asks_for_websocket(head);
}

bool switches(std::string_view fields) {
  http::ResponseHead head;
  http::HeadScan scan;
  const std::string text =
      std::string("HTTP/1.1 101 Switching Protocols\r\n").append(fields).append("\r\n");
  EXPECT_EQ(http::parse_response_head(text, {}, http::Method::kGet, scan, head).outcome,
            http::Outcome::kComplete)
      << text;
  return switches_to_websocket(head);
}

TEST(Websocket, is_asked_for_by_a_get_that_names_it_alone) {
  EXPECT_TRUE(asks("GET /", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_TRUE(asks("GET /", "Connection: keep-alive, upgrade\r\nUpgrade: WebSocket\r\n"));
  EXPECT_FALSE(asks("POST /", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_FALSE(asks("GET /", "Upgrade: websocket\r\n"));
  EXPECT_FALSE(asks("GET /", "Connection: Upgrade\r\n"));
  EXPECT_FALSE(asks("GET /", "Connection: Upgrade\r\nUpgrade: h2c\r\n"));
  EXPECT_FALSE(asks("GET /", "Connection: Upgrade\r\nUpgrade: websocket, h2c\r\n"));
}

TEST(Websocket, is_switched_to_by_both_fields) {
  EXPECT_TRUE(switches("Connection: upgrade\r\nUpgrade: websocket\r\n"));
  EXPECT_FALSE(switches("Upgrade: websocket\r\n"));
  EXPECT_FALSE(switches("Connection: upgrade\r\n"));
  EXPECT_FALSE(switches("Connection: upgrade\r\nUpgrade: h2c\r\n"));
}

}  // namespace
}  // namespace slipway::gateway
