#include "http/head_writer.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "http/h1_head_parser.h"

namespace slipway::http {
namespace {

TEST(HeadWriter, writes_a_request_that_the_parser_reads_back) {
  std::string out;
  RequestHeadWriter writer(out);
  ASSERT_TRUE(writer.begin(Method::kPost, "/predict?x=1", "10.0.0.2:9000"));
  EXPECT_TRUE(writer.field(HeaderId::kContentType, "application/json"));
  EXPECT_TRUE(writer.field("X-Custom", "v"));
  writer.end(Framing::kLength, 17);
  EXPECT_EQ(
      out,
      "POST /predict?x=1 HTTP/1.1\r\nhost: 10.0.0.2:9000\r\ncontent-type: application/json\r\n"
      "x-custom: v\r\ncontent-length: 17\r\n\r\n");
  RequestHead head;
  ASSERT_EQ(parse_request_head(out, Limits(), head).outcome, Outcome::kComplete);
  EXPECT_EQ(head.content_length, 17U);
}

TEST(HeadWriter, writes_a_response) {
  std::string out;
  ResponseHeadWriter writer(out);
  writer.begin(503, "Sun, 22 Nov 2026 09:00:00 GMT");
  EXPECT_TRUE(writer.field(HeaderId::kRetryAfter, uint64_t{5}));
  writer.end(Framing::kLength, 2, true);
  EXPECT_EQ(out,
            "HTTP/1.1 503 Service Unavailable\r\ndate: Sun, 22 Nov 2026 09:00:00 GMT\r\n"
            "retry-after: 5\r\ncontent-length: 2\r\n\r\n");
}

TEST(HeadWriterRule05, callers_cannot_write_framing_or_connection_fields) {
  std::string out;
  FieldLines request(FieldLines::In::kRequest, out);
  for (const char* name :
       {"Connection", "keep-alive", "TE", "Trailer", "Upgrade", "Content-Length",
        "transfer-encoding", "Proxy-Connection", "Proxy-Authorization", "Host"}) {
    EXPECT_FALSE(request.field(name, "x")) << name;
    EXPECT_FALSE(request.copy({lookup_header(name), name, "x"})) << name;
  }
  FieldLines response(FieldLines::In::kResponse, out);
  EXPECT_FALSE(response.field("Date", "x"));
  EXPECT_FALSE(response.field(HeaderId::kContentLength, uint64_t{1}));
  EXPECT_EQ(out, "");
}

TEST(HeadWriterRule05, values_cannot_break_out_of_their_line) {
  std::string out;
  FieldLines lines(FieldLines::In::kResponse, out);
  EXPECT_FALSE(lines.field("x", "a\r\nb: c"));
  EXPECT_FALSE(lines.field("x", "a\nb"));
  EXPECT_FALSE(lines.field("x", std::string_view("a\0b", 3)));
  EXPECT_FALSE(lines.field(HeaderId::kLocation, "/a\x7f"));
  EXPECT_FALSE(lines.field("x y", "a"));
  EXPECT_FALSE(lines.field("x:y", "a"));
  EXPECT_FALSE(lines.field("", "a"));
  EXPECT_FALSE(lines.field(HeaderId::kOther, "a"));
  EXPECT_EQ(out, "");
  RequestHeadWriter request(out);
  EXPECT_FALSE(request.begin(Method::kGet, "/a b", "h"));
  EXPECT_FALSE(request.begin(Method::kGet, "/a\r\nx: y", "h"));
  EXPECT_FALSE(request.begin(Method::kGet, "", "h"));
  EXPECT_FALSE(request.begin(Method::kGet, "/", "h\r\nx: y"));
  EXPECT_EQ(out, "");
}

TEST(HeadWriterRule05, forwards_the_model_and_not_the_bytes) {
  const std::string text =
      "POST /a HTTP/1.1\r\nHost: public\r\nX-MIXED:   v  \r\nConnection: x-hop\r\nX-Hop: 1\r\n"
      "Authorization: Bearer t\r\nTransfer-Encoding: chunked\r\n\r\n";
  RequestHead head;
  ASSERT_EQ(parse_request_head(text, Limits(), head).outcome, Outcome::kComplete);
  std::string out;
  RequestHeadWriter writer(out);
  ASSERT_TRUE(writer.begin(head.method, "/predict", head.host));
  writer.forward(head.fields, header_bit(HeaderId::kAuthorization));
  writer.end(head.framing, head.content_length);
  EXPECT_EQ(out,
            "POST /predict HTTP/1.1\r\nhost: public\r\nx-mixed: v\r\n"
            "transfer-encoding: chunked\r\n\r\n");
}

TEST(HeadWriter, methods_that_usually_have_a_body_say_when_there_is_none) {
  for (const auto& [method, expected] :
       {std::pair{Method::kPost, true}, std::pair{Method::kPut, true},
        std::pair{Method::kPatch, true}, std::pair{Method::kGet, false},
        std::pair{Method::kDelete, false}}) {
    std::string out;
    RequestHeadWriter writer(out);
    writer.begin(method, "/", "h");
    writer.end(Framing::kNone);
    EXPECT_EQ(out.find("content-length: 0\r\n") != std::string::npos, expected) << out;
  }
}

TEST(HeadWriterRule11, codes_without_body_get_no_framing_fields) {
  for (const int status : {100, 103, 204, 304}) {
    std::string out;
    ResponseHeadWriter writer(out);
    writer.begin(status);
    writer.end(Framing::kLength, 5, true);
    EXPECT_EQ(out.find("content-length"), std::string::npos) << out;
    ResponseHead head;
    ASSERT_EQ(parse_response_head(out, Limits(), Method::kGet, head).outcome, Outcome::kComplete);
    EXPECT_EQ(head.framing, Framing::kNone);
  }
}

TEST(HeadWriter, connection_is_said_to_who_must_know) {
  const auto end = [](Framing framing, bool keep_alive, int minor) {
    std::string out;
    ResponseHeadWriter writer(out);
    writer.begin(200);
    writer.end(framing, 1, keep_alive, minor);
    return out.substr(out.find("\r\n") + 2);
  };
  EXPECT_EQ(end(Framing::kLength, true, 1), "content-length: 1\r\n\r\n");
  EXPECT_EQ(end(Framing::kLength, false, 1), "content-length: 1\r\nconnection: close\r\n\r\n");
  EXPECT_EQ(end(Framing::kLength, true, 0), "content-length: 1\r\nconnection: keep-alive\r\n\r\n");
  EXPECT_EQ(end(Framing::kUntilClose, true, 0), "connection: close\r\n\r\n");
  EXPECT_EQ(end(Framing::kNone, true, 1), "content-length: 0\r\n\r\n");
}

TEST(HeadWriter, chunks_are_framed_and_an_empty_one_never_ends_the_body) {
  std::string out;
  write_chunk(out, "hello world, hello");
  write_chunk(out, "");
  write_chunk_prefix(out, 0);
  out += kLastChunk;
  EXPECT_EQ(out, "12\r\nhello world, hello\r\n0\r\n\r\n");
}

TEST(HeadWriter, whatever_it_accepts_the_parser_reads_back_as_one_field) {
  const bool holds = rc::check([](const std::string& name, const std::string& value) {
    std::string out;
    RequestHeadWriter writer(out);
    RC_ASSERT(writer.begin(Method::kGet, "/", "h"));
    const bool written = writer.field(name, value);
    writer.end(Framing::kNone);
    RequestHead head;
    RC_ASSERT(parse_request_head(out, Limits(), head).outcome == Outcome::kComplete);
    RC_ASSERT(head.fields.size() == (written ? 2U : 1U));
    if (written) RC_ASSERT(head.fields.find(name) != nullptr);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace slipway::http
