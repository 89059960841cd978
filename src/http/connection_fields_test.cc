#include "http/connection_fields.h"

#include <gtest/gtest.h>

#include <string>

#include "http/h1_head_parser.h"

namespace slipway::http {
namespace {

// The names of the fields of a request with these lines that may travel on.
std::string forwarded(const std::string& lines) {
  const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  RequestHead head;
  EXPECT_EQ(parse_request_head(text, Limits(), head).outcome, Outcome::kComplete) << lines;
  const ConnectionFields connection(head.fields);
  std::string names;
  for (const Field& field : head.fields) {
    if (connection.forwardable(field)) names += std::string(field.name) + " ";
  }
  return names;
}

TEST(ConnectionFieldsRule06, hop_by_hop_fields_are_dropped) {
  EXPECT_EQ(forwarded("Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\n"
                      "Proxy-Authorization: Basic x\r\nProxy-Authenticate: x\r\nTE: trailers\r\n"
                      "Trailer: X\r\nUpgrade: h2c\r\nAccept: */*\r\n"),
            "Host Accept ");
}

TEST(ConnectionFieldsRule06, fields_that_connection_names_are_dropped) {
  EXPECT_EQ(
      forwarded("X-A: 1\r\nConnection: x-a, close\r\nX-B: 2\r\nConnection: X-C\r\nX-C: 3\r\n"),
      "Host X-B ");
  EXPECT_EQ(forwarded("Cookie: 1\r\nConnection: COOKIE\r\n"), "Host ");
}

TEST(ConnectionFieldsRule05, framing_fields_are_left_to_the_codec) {
  EXPECT_EQ(forwarded("Content-Length: 0\r\nContent-Type: a/b\r\n"), "Host Content-Type ");
  EXPECT_EQ(forwarded("Transfer-Encoding: chunked\r\n"), "Host ");
}

TEST(ConnectionFields, an_expectation_stays_on_its_hop) {
  EXPECT_EQ(forwarded("Expect: 100-continue\r\nContent-Length: 1\r\n"), "Host ");
  const std::string text = "POST / HTTP/1.0\r\nHost: a\r\nExpect: 1POSVGET00-continue\r\n\r\n";
  RequestHead head;
  ASSERT_EQ(parse_request_head(text, Limits(), head).outcome, Outcome::kComplete);
  EXPECT_FALSE(ConnectionFields(head.fields).forwardable(*head.fields.find(HeaderId::kExpect)));
}

TEST(ConnectionFields, a_name_that_cgi_would_mistake_for_another_is_dropped) {
  EXPECT_EQ(forwarded("X_Forwarded_User: admin\r\nX-Real: 1\r\n"), "Host X-Real ");
}

}  // namespace
}  // namespace slipway::http
