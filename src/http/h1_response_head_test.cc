// Rule 11 of docs/http-rules.md: responses are read as strictly as requests.
#include <gtest/gtest.h>

#include <string>

#include "http/h1_head_parser.h"

namespace slipway::http {
namespace {

struct Parsed {
  explicit Parsed(std::string bytes, Method method = Method::kPost) : text(std::move(bytes)) {
    result = parse_response_head(text, Limits(), method, head);
  }
  Parsed(const Parsed&) = delete;
  std::string text;
  ResponseHead head;
  HeadResult result;
};

std::string reply(const std::string& lines, const std::string& status = "200 OK",
                  const std::string& version = "HTTP/1.1") {
  return version + " " + status + "\r\n" + lines + "\r\n";
}

TEST(H1HeadParserRule11, reads_a_typical_response) {
  const Parsed parsed(reply("Content-Length: 5\r\nContent-Type: text/plain\r\n") + "hello");
  ASSERT_EQ(parsed.result.outcome, Outcome::kComplete);
  EXPECT_EQ(parsed.head.status, 200);
  EXPECT_EQ(parsed.head.reason, "OK");
  EXPECT_EQ(parsed.head.framing, Framing::kLength);
  EXPECT_EQ(parsed.head.content_length, 5U);
  EXPECT_TRUE(parsed.head.keep_alive);
  EXPECT_EQ(parsed.text.substr(parsed.result.consumed), "hello");
}

TEST(H1HeadParserRule11, refuses_a_malformed_status_line) {
  for (const std::string line :
       {"HTTP/1.1 200", "HTTP/1.1  200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 099 X",
        "HTTP/1.1 600 X", "HTTP/1.1 2x0 OK", "200 OK", "http/1.1 200 OK", "HTTP/1.1 -20 OK"}) {
    const Parsed parsed(line + "\r\n\r\n");
    EXPECT_EQ(parsed.result.refusal, Refusal::kMalformedStatusLine) << line;
    EXPECT_EQ(parsed.result.status, 502);
  }
  EXPECT_EQ(Parsed("HTTP/2.0 200 OK\r\n\r\n").result.refusal, Refusal::kUnsupportedVersion);
  EXPECT_EQ(Parsed("HTTP/1.1 200 O\x01K\r\n\r\n").result.refusal, Refusal::kControlByte);
  EXPECT_EQ(Parsed("HTTP/1.1 200 \r\n\r\n").result.outcome, Outcome::kComplete);
}

TEST(H1HeadParserRule11, bad_framing_is_refused_as_in_requests) {
  const auto refusal = [](const std::string& lines, const std::string& version = "HTTP/1.1") {
    return Parsed(reply(lines, "200 OK", version)).result.refusal;
  };
  EXPECT_EQ(refusal("Content-Length: 3\r\nContent-Length: 3\r\n"),
            Refusal::kDuplicateContentLength);
  EXPECT_EQ(refusal("Content-Length: -1\r\n"), Refusal::kMalformedContentLength);
  EXPECT_EQ(refusal("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"),
            Refusal::kTransferEncodingWithContentLength);
  EXPECT_EQ(refusal("Transfer-Encoding: gzip, chunked\r\n"), Refusal::kUnsupportedTransferEncoding);
  EXPECT_EQ(refusal("Transfer-Encoding: chunked\r\n", "HTTP/1.0"),
            Refusal::kTransferEncodingOnHttp10);
  EXPECT_EQ(refusal("Connection: content-length\r\n"), Refusal::kProtectedFieldInConnection);
  EXPECT_EQ(refusal("A: b\n"), Refusal::kBareCrOrLf);
  EXPECT_EQ(refusal("A: b\r\n c\r\n"), Refusal::kObsoleteFolding);
}

TEST(H1HeadParserRule11, head_and_304_have_no_body_whatever_they_declare) {
  const Parsed head(reply("Content-Length: 5\r\n"), Method::kHead);
  ASSERT_EQ(head.result.outcome, Outcome::kComplete);
  EXPECT_EQ(head.head.framing, Framing::kNone);
  EXPECT_TRUE(head.head.has_content_length);
  EXPECT_EQ(head.head.content_length, 5U);
  EXPECT_TRUE(head.head.keep_alive);
  const Parsed chunked(reply("Transfer-Encoding: chunked\r\n"), Method::kHead);
  EXPECT_EQ(chunked.head.framing, Framing::kNone);
  const Parsed unchanged(reply("Content-Length: 5\r\n", "304 Not Modified"));
  ASSERT_EQ(unchanged.result.outcome, Outcome::kComplete);
  EXPECT_EQ(unchanged.head.framing, Framing::kNone);
}

TEST(H1HeadParserRule11, interim_answers_and_204_may_not_declare_a_body) {
  for (const std::string status : {"100 Continue", "103 Early Hints", "204 No Content"}) {
    EXPECT_EQ(Parsed(reply("Content-Length: 5\r\n", status)).result.refusal,
              Refusal::kBodyWhereNoneMayBe);
    EXPECT_EQ(Parsed(reply("Transfer-Encoding: chunked\r\n", status)).result.refusal,
              Refusal::kBodyWhereNoneMayBe);
    const Parsed parsed(reply("Content-Length: 0\r\n", status));
    EXPECT_EQ(parsed.result.outcome, Outcome::kComplete);
    EXPECT_EQ(parsed.head.framing, Framing::kNone);
    EXPECT_EQ(parsed.head.interim(), status[0] == '1');
  }
}

TEST(H1HeadParserRule11, a_body_without_length_lasts_until_close) {
  const Parsed parsed(reply("Content-Type: text/plain\r\n"));
  EXPECT_EQ(parsed.head.framing, Framing::kUntilClose);
  EXPECT_FALSE(parsed.head.keep_alive);
  const Parsed old(reply("Content-Length: 3\r\n", "200 OK", "HTTP/1.0"));
  EXPECT_EQ(old.head.framing, Framing::kLength);
  EXPECT_FALSE(old.head.keep_alive);
  const Parsed kept(reply("Content-Length: 3\r\nConnection: keep-alive\r\n", "200 OK", "HTTP/1.0"));
  EXPECT_TRUE(kept.head.keep_alive);
}

TEST(H1HeadParserRule08, a_response_leaves_surplus_bytes_to_be_seen) {
  const Parsed parsed(reply("Content-Length: 0\r\n") + "HTTP/1.1 200 OK\r\n");
  ASSERT_EQ(parsed.result.outcome, Outcome::kComplete);
  EXPECT_LT(parsed.result.consumed, parsed.text.size());
}

}  // namespace
}  // namespace slipway::http
