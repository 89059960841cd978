// The rules of docs/http-rules.md, by number, on request heads. Responses have their own file.
#include "http/h1_head_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "http/connection_fields.h"

namespace slipway::http {
namespace {

const Limits kLimits;

// What a head parses to, and the head itself while its text lives.
struct Parsed {
  explicit Parsed(std::string bytes, const Limits& limits = kLimits) : text(std::move(bytes)) {
    result = parse_request_head(text, limits, head);
  }
  Parsed(const Parsed&) = delete;
  std::string text;
  RequestHead head;
  HeadResult result;
};

Refusal refusal_of(const std::string& text, const Limits& limits = kLimits) {
  const Parsed parsed(text, limits);
  EXPECT_EQ(parsed.result.outcome == Outcome::kRefused, parsed.result.refusal != Refusal::kNone);
  if (parsed.result.outcome == Outcome::kNeedMore) ADD_FAILURE() << "wants more: " << text;
  return parsed.result.refusal;
}

// A POST whose field lines are `lines` besides Host.
std::string with(const std::string& lines, const std::string& version = "HTTP/1.1") {
  return "POST /p " + version + "\r\nHost: a\r\n" + lines + "\r\n";
}

TEST(H1HeadParser, reads_a_typical_request) {
  const Parsed parsed(
      "POST /deployment/iris/api/v1.0/predictions?trace=1 HTTP/1.1\r\n"
      "Host: models.example.com:8080\r\n"
      "Content-Type: application/json\r\n"
      "Content-Length: 42\r\n"
      "X-Custom:   spaced out \t\r\n"
      "Empty:\r\n"
      "\r\n{\"data\"");
  ASSERT_EQ(parsed.result.outcome, Outcome::kComplete);
  EXPECT_EQ(parsed.text.substr(parsed.result.consumed), "{\"data\"");
  const RequestHead& head = parsed.head;
  EXPECT_EQ(head.method, Method::kPost);
  EXPECT_EQ(head.path, "/deployment/iris/api/v1.0/predictions");
  EXPECT_EQ(head.query, "trace=1");
  EXPECT_EQ(head.host, "models.example.com:8080");
  EXPECT_EQ(head.framing, Framing::kLength);
  EXPECT_EQ(head.content_length, 42U);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_TRUE(head.has_body());
  EXPECT_EQ(head.fields.size(), 5U);
  EXPECT_EQ(head.fields.value("x-CUSTOM"), "spaced out");
  EXPECT_EQ(head.fields.value("empty"), "");
  EXPECT_EQ(head.fields.value(HeaderId::kContentType), "application/json");
  EXPECT_EQ(head.fields.find("not-there"), nullptr);
}

TEST(H1HeadParser, wants_more_until_the_last_byte_of_the_head) {
  const std::string text = with("Content-Length: 3\r\nX-Y: z\r\n");
  for (size_t length = 0; length < text.size(); ++length) {
    RequestHead head;
    EXPECT_EQ(parse_request_head(text.substr(0, length), kLimits, head).outcome, Outcome::kNeedMore)
        << length;
  }
}

TEST(H1HeadParser, every_refusal_has_a_name_a_text_and_a_status) {
  for (size_t i = 1; i < static_cast<size_t>(Refusal::kCount); ++i) {
    const auto refusal = static_cast<Refusal>(i);
    EXPECT_FALSE(describe(refusal).empty());
    EXPECT_EQ(to_string(refusal).find_first_not_of("abcdefghijklmnopqrstuvwxyz_01"),
              std::string_view::npos);
    EXPECT_GE(status_of(refusal), 400);
  }
}

TEST(H1HeadParserRule01, accepts_each_method_and_both_versions) {
  for (const std::string method :
       {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
    for (const std::string version : {"HTTP/1.0", "HTTP/1.1"}) {
      const Parsed parsed(method + " / " + version + "\r\nHost: a\r\n\r\n");
      ASSERT_EQ(parsed.result.outcome, Outcome::kComplete) << method << version;
      EXPECT_EQ(parsed.head.method_text, method);
      EXPECT_EQ(to_string(parsed.head.method), method);
      EXPECT_EQ(parsed.head.minor_version, version.back() - '0');
    }
  }
}

TEST(H1HeadParserRule01, refuses_any_other_request_line) {
  const auto line = [](const std::string& text) {
    return refusal_of(text + "\r\nHost: a\r\n\r\n");
  };
  EXPECT_EQ(line("GET  / HTTP/1.1"), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line("GET /  HTTP/1.1"), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line(" GET / HTTP/1.1"), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line("GET / HTTP/1.1 "), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line("GET\t/ HTTP/1.1"), Refusal::kControlByte);
  EXPECT_EQ(line("GET /\tHTTP/1.1"), Refusal::kControlByte);
  EXPECT_EQ(line("GET /"), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line("GET"), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line(""), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line("GET / http/1.1"), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line("GET / HTTP/1"), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line("GET / HTTP/1.10"), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line("GET / HTTP/+1.1"), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line("GET / X"), Refusal::kMalformedRequestLine);
  EXPECT_EQ(line("(GET) / HTTP/1.1"), Refusal::kMalformedRequestLine);
}

TEST(H1HeadParserRule01, refuses_other_versions_with_505_and_other_methods_with_501) {
  for (const std::string version : {"HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "HTTP/3.0"}) {
    const Parsed parsed("GET / " + version + "\r\nHost: a\r\n\r\n");
    EXPECT_EQ(parsed.result.refusal, Refusal::kUnsupportedVersion);
    EXPECT_EQ(parsed.result.status, 505);
  }
  for (const std::string method : {"CONNECT", "get", "Post", "PROPFIND", "X", "BREW-COFFEE"}) {
    const Parsed parsed(method + " / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(parsed.result.refusal, Refusal::kUnknownMethod) << method;
    EXPECT_EQ(parsed.result.status, 501);
  }
}

TEST(H1HeadParserRule01, target_bytes_are_0x21_to_0x7E_without_fragment) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string target = std::string("/a") + static_cast<char>(byte) + "b";
    const Parsed parsed("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const bool legal = byte >= 0x21 && byte <= 0x7E && byte != '#';
    EXPECT_EQ(parsed.result.outcome, legal ? Outcome::kComplete : Outcome::kRefused) << byte;
  }
}

TEST(H1HeadParserRule01, reads_absolute_form_only_when_it_names_the_same_host) {
  const Parsed same("GET http://A.example:81/x?y=/z HTTP/1.1\r\nHost: a.example:81\r\n\r\n");
  ASSERT_EQ(same.result.outcome, Outcome::kComplete);
  EXPECT_EQ(same.head.path, "/x");
  EXPECT_EQ(same.head.query, "y=/z");
  const Parsed bare("GET https://a?q HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(bare.result.outcome, Outcome::kComplete);
  EXPECT_EQ(bare.head.path, "/");
  EXPECT_EQ(bare.head.query, "q");
  EXPECT_EQ(refusal_of("GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::kTargetHostMismatch);
  EXPECT_EQ(refusal_of("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::kMalformedTarget);
  EXPECT_EQ(refusal_of("GET http:///x HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::kMalformedTarget);
  EXPECT_EQ(refusal_of("GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::kMalformedTarget);
}

TEST(H1HeadParserRule01, a_star_is_for_options_and_a_relative_target_for_nobody) {
  const Parsed parsed("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(parsed.result.outcome, Outcome::kComplete);
  EXPECT_EQ(parsed.head.path, "*");
  EXPECT_EQ(refusal_of("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::kMalformedTarget);
  EXPECT_EQ(refusal_of("GET x/y HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::kMalformedTarget);
  EXPECT_EQ(refusal_of("GET a:80 HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::kMalformedTarget);
}

TEST(H1HeadParserRule02, refuses_a_line_end_that_is_not_cr_lf) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\nHost: a\n\n"), Refusal::kBareCrOrLf);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\n\r\n"), Refusal::kBareCrOrLf);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"), Refusal::kBareCrOrLf);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\n\n"), Refusal::kBareCrOrLf);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\n\rX"), Refusal::kBareCrOrLf);
  EXPECT_EQ(refusal_of(with("A: b\rC: d\r\n")), Refusal::kBareCrOrLf);
  EXPECT_EQ(refusal_of(with("A: b\nC: d\r\n")), Refusal::kBareCrOrLf);
  EXPECT_EQ(refusal_of("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), Refusal::kMalformedRequestLine);
}

TEST(H1HeadParserRule02, a_value_holds_no_control_byte_but_tab) {
  for (int byte = 0; byte < 256; ++byte) {
    for (const size_t padding : {0U, 3U, 7U, 8U, 20U}) {
      const Parsed parsed(
          with("A: " + std::string(padding, 'x') + static_cast<char>(byte) + "b23456789\r\n"));
      const bool legal = (byte >= 0x20 && byte != 0x7F) || byte == '\t';
      ASSERT_EQ(parsed.result.outcome, legal ? Outcome::kComplete : Outcome::kRefused)
          << byte << " after " << padding;
    }
  }
}

TEST(H1HeadParserRule02, a_name_is_a_token) {
  for (int byte = 1; byte < 256; ++byte) {
    if (byte == ':') continue;
    const Parsed parsed(with(std::string("A") + static_cast<char>(byte) + "b: c\r\n"));
    const bool legal = std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(byte)) !=
                           std::string_view::npos ||
                       (byte < 128 && isalnum(byte) != 0);
    EXPECT_EQ(parsed.result.outcome, legal ? Outcome::kComplete : Outcome::kRefused) << byte;
  }
  EXPECT_EQ(refusal_of(with(": c\r\n")), Refusal::kMalformedFieldName);
  EXPECT_EQ(refusal_of(with("A : c\r\n")), Refusal::kMalformedFieldName);
  EXPECT_EQ(refusal_of(with("A\t: c\r\n")), Refusal::kControlByte);
  EXPECT_EQ(refusal_of(with(std::string("A\0b: c\r\n", 8))), Refusal::kControlByte);
}

TEST(H1HeadParserRule02, refuses_folded_lines_and_lines_without_colon) {
  EXPECT_EQ(refusal_of(with("A: b\r\n c\r\n")), Refusal::kObsoleteFolding);
  EXPECT_EQ(refusal_of(with("A: b\r\n\tc\r\n")), Refusal::kObsoleteFolding);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), Refusal::kObsoleteFolding);
  EXPECT_EQ(refusal_of(with("A\r\n")), Refusal::kMissingColon);
}

TEST(H1HeadParserRule03, wants_exactly_one_host) {
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\n\r\n"), Refusal::kMissingHost);
  EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"), Refusal::kDuplicateHost);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"), Refusal::kDuplicateHost);
  EXPECT_EQ(refusal_of("GET / HTTP/1.0\r\n\r\n"), Refusal::kNone);
}

TEST(H1HeadParserRule03, refuses_a_host_that_is_none) {
  const auto host = [](const std::string& value) {
    return refusal_of("GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n");
  };
  for (const char* good : {"a", "a.b:80", "127.0.0.1:8080", "[::1]", "[::1]:80", "a_b-c~d"}) {
    EXPECT_EQ(host(good), Refusal::kNone) << good;
  }
  for (const char* bad : {"", "a b", "a,b", "a/b", "u@a", "a:", "a:b", "a:123456", ":80", "[::1",
                          "[]", "[::1]x", "a[::1]", "[zz]", "a?", "a#", "a\\b", "a:80:80"}) {
    EXPECT_EQ(host(bad), Refusal::kMalformedHost) << bad;
  }
}

TEST(H1HeadParserRule03, refuses_two_content_length_fields) {
  EXPECT_EQ(refusal_of(with("Content-Length: 3\r\nContent-Length: 3\r\n")),
            Refusal::kDuplicateContentLength);
  EXPECT_EQ(refusal_of(with("Content-Length: 3\r\ncontent-length: 4\r\n")),
            Refusal::kDuplicateContentLength);
  EXPECT_EQ(refusal_of(with("Content-Length: 3, 3\r\n")), Refusal::kMalformedContentLength);
}

TEST(H1HeadParserRule03, content_length_is_at_most_15_digits) {
  for (const char* bad : {"", "+3", "-3", "3 3", "0x3", "3.0", "3;", "1234567890123456", "\"3\"",
                          "0000000000000003", "3,", "\xC2\xB2"}) {
    EXPECT_EQ(refusal_of(with("Content-Length: " + std::string(bad) + "\r\n")),
              Refusal::kMalformedContentLength)
        << bad;
  }
  const Parsed largest(with("Content-Length: 999999999999999\r\n"));
  EXPECT_EQ(largest.head.content_length, 999'999'999'999'999U);
  const Parsed zero(with("Content-Length: 0\r\n"));
  EXPECT_EQ(zero.head.framing, Framing::kLength);
  EXPECT_FALSE(zero.head.has_body());
}

TEST(H1HeadParserRule03, transfer_encoding_is_the_single_value_chunked) {
  const Parsed chunked(with("Transfer-Encoding: Chunked\r\n"));
  ASSERT_EQ(chunked.result.outcome, Outcome::kComplete);
  EXPECT_EQ(chunked.head.framing, Framing::kChunked);
  for (const char* bad :
       {"", "gzip", "gzip, chunked", "chunked, chunked", "xchunked", "chunked;q=1", "identity",
        "chunked,", ",chunked", "\"chunked\"", "chunked\x80"}) {
    const Parsed parsed(with("Transfer-Encoding: " + std::string(bad) + "\r\n"));
    EXPECT_EQ(parsed.result.refusal, Refusal::kUnsupportedTransferEncoding) << bad;
    EXPECT_EQ(parsed.result.status, 501);
  }
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")),
            Refusal::kDuplicateTransferEncoding);
}

TEST(H1HeadParserRule03, transfer_encoding_never_meets_content_length_or_http_1_0) {
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n")),
            Refusal::kTransferEncodingWithContentLength);
  EXPECT_EQ(refusal_of(with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n")),
            Refusal::kTransferEncodingWithContentLength);
  EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\n", "HTTP/1.0")),
            Refusal::kTransferEncodingOnHttp10);
}

TEST(H1HeadParserRule06, refuses_protected_fields_named_in_connection) {
  for (const char* name : {"Host", "authorization", "Content-Length", "content-type", "Content-X",
                           "X-Forwarded-For", "x-forwarded-user", "close, Host", "a,b , HOST"}) {
    EXPECT_EQ(refusal_of(with("Connection: " + std::string(name) + "\r\n")),
              Refusal::kProtectedFieldInConnection)
        << name;
  }
  EXPECT_EQ(refusal_of(with("Connection: close\r\nConnection: host\r\n")),
            Refusal::kProtectedFieldInConnection);
  EXPECT_EQ(refusal_of(with("Connection: a b\r\n")), Refusal::kMalformedConnection);
  EXPECT_EQ(refusal_of(with("Connection: a;b\r\n")), Refusal::kMalformedConnection);
  EXPECT_EQ(refusal_of(with("Connection: X-Mine, , keep-alive\r\n")), Refusal::kNone);
}

TEST(H1HeadParser, keep_alive_follows_version_and_connection) {
  const auto keep_alive = [](const std::string& lines, const std::string& version) {
    const Parsed parsed(with(lines, version));
    EXPECT_EQ(parsed.result.outcome, Outcome::kComplete);
    return parsed.head.keep_alive;
  };
  EXPECT_TRUE(keep_alive("", "HTTP/1.1"));
  EXPECT_FALSE(keep_alive("Connection: Close\r\n", "HTTP/1.1"));
  EXPECT_FALSE(keep_alive("Connection: keep-alive, close\r\n", "HTTP/1.1"));
  EXPECT_FALSE(keep_alive("", "HTTP/1.0"));
  EXPECT_TRUE(keep_alive("Connection: Keep-Alive\r\n", "HTTP/1.0"));
}

TEST(H1HeadParserRule07, an_upgrade_has_no_body) {
  const Parsed parsed(
      "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  ASSERT_EQ(parsed.result.outcome, Outcome::kComplete);
  EXPECT_TRUE(parsed.head.upgrade);
  EXPECT_EQ(refusal_of(with("Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 1\r\n")),
            Refusal::kUpgradeWithBody);
  EXPECT_EQ(
      refusal_of(with("Connection: upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n")),
      Refusal::kUpgradeWithBody);
  const Parsed unasked(with("Upgrade: h2c\r\nContent-Length: 1\r\n"));
  EXPECT_EQ(unasked.result.outcome, Outcome::kComplete);
  EXPECT_FALSE(unasked.head.upgrade);
}

TEST(H1HeadParser, knows_one_expectation) {
  const Parsed parsed(with("Expect: 100-Continue\r\nContent-Length: 3\r\n"));
  EXPECT_TRUE(parsed.head.expect_continue);
  const Parsed no_body(with("Expect: 100-continue\r\n"));
  EXPECT_FALSE(no_body.head.expect_continue);
  const Parsed other(with("Expect: a-pony\r\n"));
  EXPECT_EQ(other.result.refusal, Refusal::kUnsupportedExpectation);
  EXPECT_EQ(other.result.status, 417);
  const Parsed old(with("Expect: 100-continue\r\nContent-Length: 3\r\n", "HTTP/1.0"));
  EXPECT_EQ(old.result.outcome, Outcome::kComplete);
  EXPECT_FALSE(old.head.expect_continue);
}

TEST(H1HeadParserRule09, leaves_a_pipelined_request_in_the_buffer) {
  const std::string first = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";
  const Parsed parsed(first + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_EQ(parsed.result.outcome, Outcome::kComplete);
  EXPECT_EQ(parsed.result.consumed, first.size());
  EXPECT_EQ(parsed.head.path, "/1");
}

TEST(H1HeadParserRule12, a_head_of_exactly_the_limit_is_read_and_one_byte_more_refused) {
  const std::string base = with("A: \r\n");
  Limits limits;
  limits.head_bytes = base.size() + 50;
  EXPECT_EQ(refusal_of(with("A: " + std::string(50, 'x') + "\r\n"), limits), Refusal::kNone);
  const Parsed larger(with("A: " + std::string(51, 'x') + "\r\n"), limits);
  EXPECT_EQ(larger.result.refusal, Refusal::kHeadTooLarge);
  EXPECT_EQ(larger.result.status, 431);
}

TEST(H1HeadParserRule12, the_default_limit_is_32_kib_and_100_fields) {
  EXPECT_EQ(refusal_of(with("A: " + std::string(32 * 1024, 'x') + "\r\n")), Refusal::kHeadTooLarge);
  std::string lines;
  for (int i = 0; i < 99; ++i) lines += "N: v\r\n";  // and Host
  EXPECT_EQ(refusal_of(with(lines)), Refusal::kNone);
  const Parsed more(with(lines + "N: v\r\n"));
  EXPECT_EQ(more.result.refusal, Refusal::kTooManyFields);
  EXPECT_EQ(more.result.status, 431);
}

TEST(H1HeadParserRule12, a_long_target_is_414) {
  const auto target = [](size_t length) {
    return "GET /" + std::string(length - 1, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  EXPECT_EQ(refusal_of(target(8192)), Refusal::kNone);
  const Parsed longer(target(8193));
  EXPECT_EQ(longer.result.refusal, Refusal::kTargetTooLong);
  EXPECT_EQ(longer.result.status, 414);
}

TEST(H1HeadParserRule12, garbage_without_an_end_is_refused_when_the_limit_is_reached) {
  HeadScan scan;
  RequestHead head;
  std::string text = "GET / HTTP/1.1\r\n";
  Outcome outcome = Outcome::kNeedMore;
  while (outcome == Outcome::kNeedMore && text.size() < 40'000) {
    text += "A: b\r";
    text += "\n";
    outcome = parse_request_head(text, kLimits, scan, head).outcome;
  }
  EXPECT_EQ(outcome, Outcome::kRefused);
  EXPECT_LE(text.size(), kLimits.head_bytes + 6);
}

}  // namespace
}  // namespace slipway::http
