#include "http/h2_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <deque>

#include "http/h2_peer_test.h"
#include "http/h2_session.h"
#include "http/head_writer.h"

namespace slipway::http {
namespace {

struct ServerStream : H2Stream {
  std::string head;
  std::string body;
  bool ended = false;
  std::optional<H2Error> closed;
};

// Our own session is the server; what it must never say is written by hand.
struct H2ClientTest : testing::Test, H2ClientReceiver, H2Receiver {
  H2Stream& open_stream() override { return streams.emplace_back(); }
  void on_request(H2Stream& stream, const RequestHead& head, bool request_whole) override {
    std::string& text = of(stream).head;
    text.append(head.method_text).append(" ").append(head.target).append(" ").append(head.host);
    for (const Field& field : head.fields) {
      if (field.id != HeaderId::kHost) text.append(" ").append(field.name);
      if (field.id != HeaderId::kHost) text.append("=").append(field.value);
    }
    of(stream).ended = request_whole;
  }
  void on_refused(H2Stream&, Refusal refusal) override { FAIL() << to_string(refusal); }
  void on_data(H2Stream& stream, std::string_view bytes) override { of(stream).body += bytes; }
  void on_stream_end(H2Stream& stream) override { of(stream).ended = true; }
  void on_sent(H2Stream&) override {}
  void on_stream_closed(H2Stream& stream, H2Error error) override { of(stream).closed = error; }
  void on_goodbye_heard() override {}
  static ServerStream& of(H2Stream& stream) { return static_cast<ServerStream&>(stream); }

  void on_response(const ResponseHead& head, bool ended) override {
    response = std::to_string(head.status);
    for (const Field& field : head.fields) {
      response.append(" ").append(field.name).append("=").append(field.value);
    }
    framing = head.framing;
    whole = ended;
  }
  void on_response_data(std::string_view bytes) override {
    body += bytes;
    if (silent_after_data) client.silence();
  }
  void on_response_end(std::string_view lines) override {
    trailers = lines;
    whole = true;
  }
  void on_response_lost(H2Loss why) override { lost = why; }

  void talk() {
    while (true) {
      std::string out;
      client.take(out);
      EXPECT_TRUE(server.feed(out, Monotonic{}));
      std::string back;
      server.take(back, 1 << 20);
      if (!back.empty()) client.hear(back);
      if (out.empty() && back.empty()) return;
    }
  }
  // Of a server that says `frames` after its SETTINGS.
  bool hear(std::string_view frames) {
    EXPECT_TRUE(client.send(request("/a")));
    std::string out;
    client.take(out);
    return client.hear(h2_frame(NGHTTP2_SETTINGS, 0, 0, "").append(frames));
  }
  static std::string request(std::string_view path, Framing framing = Framing::kNone,
                             uint64_t length = 0) {
    std::string text;
    RequestHeadWriter writer(text);
    EXPECT_TRUE(writer.begin(Method::kPost, path, "replica"));
    EXPECT_TRUE(writer.field("x-mine", "1"));
    writer.end(framing, length);
    return text;
  }
  static std::string chunk(std::string_view data) {
    std::string text;
    write_chunk(text, data);
    return text;
  }

  RequestHead scratch;
  ResponseHead response_scratch;
  std::deque<ServerStream> streams;
  H2Session server{{}, {}, *this, scratch};
  H2Client client{*this, response_scratch};
  std::string response;
  std::string body;
  std::string trailers;
  Framing framing = Framing::kUntilClose;
  bool whole = false;
  bool silent_after_data = false;
  std::optional<H2Loss> lost;
};

TEST_F(H2ClientTest, sends_a_request_that_was_written_for_http_1) {
  ASSERT_TRUE(client.send(request("/a?b", Framing::kChunked)));
  ASSERT_TRUE(client.send(chunk("some ")));
  talk();
  ASSERT_TRUE(client.send(chunk("body")));
  ASSERT_TRUE(client.send(kLastChunk));
  talk();
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].head, "POST /a?b replica x-mine=1 te=trailers");
  EXPECT_EQ(streams[0].body, "some body");
  EXPECT_TRUE(streams[0].ended);
}

TEST_F(H2ClientTest, takes_head_and_body_in_any_split_and_of_both_framings) {
  for (const char c : request("/a", Framing::kLength, 4) + "body") {
    ASSERT_TRUE(client.send({&c, 1}));
  }
  talk();
  EXPECT_EQ(streams.at(0).head, "POST /a replica x-mine=1 content-length=4 te=trailers");
  EXPECT_EQ(streams[0].body, "body");
  EXPECT_TRUE(streams[0].ended);
}

TEST_F(H2ClientTest, tells_head_body_and_trailers) {
  ASSERT_TRUE(client.send(request("/a")));
  talk();
  server.respond(streams.at(0), 200, "", "content-type: application/grpc\r\n", -1, false);
  server.write(streams[0], "answer");
  talk();
  EXPECT_EQ(response, "200 content-type=application/grpc");
  EXPECT_EQ(framing, Framing::kChunked);
  EXPECT_EQ(body, "answer");
  EXPECT_FALSE(whole);
  server.finish(streams[0], "grpc-status: 0\r\nconnection-less: 1\r\n");
  talk();
  EXPECT_TRUE(whole);
  EXPECT_EQ(trailers, "grpc-status: 0\r\nconnection-less: 1\r\n");
  EXPECT_FALSE(lost.has_value());
}

TEST_F(H2ClientTest, tells_an_answer_that_is_its_head) {
  ASSERT_TRUE(client.send(request("/a")));
  talk();
  server.respond(streams.at(0), 200, "", "grpc-status: 5\r\n", -1, true);
  server.finish(streams[0]);
  talk();
  EXPECT_EQ(response, "200 grpc-status=5");
  EXPECT_TRUE(whole);
  EXPECT_EQ(framing, Framing::kNone);
}

TEST_F(H2ClientTest, passes_over_interim_answers) {
  ASSERT_TRUE(client.send(request("/a", Framing::kChunked)));
  talk();
  server.send_continue(streams.at(0));
  talk();
  EXPECT_EQ(response, "");
  server.respond(streams[0], 201, "", "", 2, false);
  server.write(streams[0], "ok");
  server.finish(streams[0]);
  talk();
  EXPECT_EQ(response, "201 content-length=2");
  EXPECT_EQ(body, "ok");
}

TEST_F(H2ClientTest, carries_more_than_every_window_both_ways) {
  const std::string big(3'000'000, 'b');
  ASSERT_TRUE(client.send(request("/a", Framing::kLength, big.size())));
  ASSERT_TRUE(client.send(big));
  EXPECT_GT(client.unsent(), H2Client::kHighWatermark);
  talk();
  EXPECT_EQ(client.unsent(), 0u);
  EXPECT_EQ(streams.at(0).body.size(), big.size());
  server.respond(streams[0], 200, "", "", -1, false);
  server.write(streams[0], big);
  server.finish(streams[0]);
  talk();
  EXPECT_EQ(body.size(), big.size());
  EXPECT_TRUE(whole);
}

TEST_F(H2ClientTest, tells_a_reset_as_a_loss) {
  ASSERT_TRUE(client.send(request("/a", Framing::kChunked)));
  talk();
  server.reset(streams.at(0), H2Error::kInternal);
  talk();
  EXPECT_EQ(lost, H2Loss::kReset);
  EXPECT_FALSE(client.reusable());
}

TEST_F(H2ClientTest, tells_what_the_server_has_not_begun_with) {
  const std::string refused("\0\0\0\x07", 4);
  EXPECT_TRUE(hear(h2_frame(NGHTTP2_RST_STREAM, 0, 1, refused)));
  EXPECT_EQ(lost, H2Loss::kUnprocessed);
}

TEST_F(H2ClientTest, tells_so_of_a_goodbye_that_names_an_earlier_request) {
  (void)hear(h2_frame(NGHTTP2_GOAWAY, 0, 0, std::string(8, '\0')));
  std::string out;
  client.take(out);
  EXPECT_EQ(lost, H2Loss::kUnprocessed);
}

TEST_F(H2ClientTest, carries_one_request_after_another) {
  for (const std::string word : {"one", "two", "three"}) {
    ASSERT_TRUE(client.send(request("/" + word, Framing::kLength, word.size()) + word));
    talk();
    ServerStream& stream = streams.back();
    EXPECT_THAT(stream.head, testing::HasSubstr("/" + word));
    EXPECT_EQ(stream.body, word);
    EXPECT_FALSE(client.reusable());
    server.respond(stream, 200, "", "", -1, false);
    server.write(stream, word + "!");
    server.finish(stream, "grpc-status: 0\r\n");
    body.clear();
    talk();
    EXPECT_EQ(body, word + "!");
    EXPECT_EQ(trailers, "grpc-status: 0\r\n");
    ASSERT_TRUE(client.reusable());
    client.begin_next();
    EXPECT_FALSE(client.reusable());
  }
}

TEST_F(H2ClientTest, carries_no_other_after_a_goodbye_or_before_its_request_is_whole) {
  ASSERT_TRUE(client.send(request("/a", Framing::kChunked)));
  talk();
  server.respond(streams.at(0), 200, "", "", -1, false);
  server.finish(streams[0]);
  talk();
  EXPECT_TRUE(whole);
  EXPECT_FALSE(client.reusable());
  ASSERT_TRUE(client.send(kLastChunk));
  std::string out;
  client.take(out);
  EXPECT_TRUE(client.reusable());
  const std::string last_stream_1("\0\0\0\x01\0\0\0\0", 8);
  (void)client.hear(h2_frame(NGHTTP2_GOAWAY, 0, 0, last_stream_1));
  EXPECT_FALSE(client.reusable());
}

TEST_F(H2ClientTest, refuses_a_head_that_http_1_refuses) {
  EXPECT_TRUE(hear(h2_headers(1, {{":status", "200"}, {"content-length", "00000000000000002"}})));
  EXPECT_EQ(response, "");
  EXPECT_EQ(lost, H2Loss::kBad);
}

TEST_F(H2ClientTest, refuses_fields_of_a_connection_and_line_breaks) {
  EXPECT_TRUE(hear(h2_headers(1, {{":status", "200"}, {"connection", "close"}})));
  std::string out;
  client.take(out);
  EXPECT_EQ(lost, H2Loss::kBad);
  EXPECT_EQ(response, "");
}

TEST_F(H2ClientTest, a_body_that_is_not_what_was_declared_is_a_loss) {
  EXPECT_TRUE(hear(h2_headers(1, {{":status", "200"}, {"content-length", "5"}}) +
                   h2_frame(NGHTTP2_DATA, NGHTTP2_FLAG_END_STREAM, 1, "abc")));
  std::string out;
  client.take(out);
  EXPECT_FALSE(whole);
  EXPECT_EQ(lost, H2Loss::kBad);
}

TEST_F(H2ClientTest, leaves_what_frames_or_routes_out_of_trailers) {
  EXPECT_TRUE(
      hear(h2_headers(1, {{":status", "200"}}) +
           h2_headers(1, {{"grpc-status", "0"}, {"trailer", "x"}}, NGHTTP2_FLAG_END_STREAM)));
  EXPECT_EQ(trailers, "grpc-status: 0\r\n");
}

TEST_F(H2ClientTest, notices_a_server_that_does_not_speak_http_2) {
  ASSERT_TRUE(client.send(request("/a")));
  std::string out;
  client.take(out);
  (void)client.hear("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
  out.clear();
  client.take(out);
  EXPECT_FALSE(client.hear("more"));
  EXPECT_EQ(response, "");
}

TEST_F(H2ClientTest, says_nothing_once_it_is_silenced) {
  silent_after_data = true;
  EXPECT_TRUE(hear(h2_headers(1, {{":status", "200"}}) + h2_frame(NGHTTP2_DATA, 0, 1, "one") +
                   h2_frame(NGHTTP2_DATA, NGHTTP2_FLAG_END_STREAM, 1, "two")));
  EXPECT_EQ(body, "one");
  EXPECT_FALSE(whole);
}

}  // namespace
}  // namespace slipway::http
