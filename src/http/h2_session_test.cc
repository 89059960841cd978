#include "http/h2_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "http/h2_peer_test.h"

namespace slipway::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct TestStream : H2Stream {
  std::string head;
  std::string body;
  bool ended = false;
  int sents = 0;
  std::optional<Refusal> refusal;
  std::optional<H2Error> closed;
};

struct H2SessionTest : testing::Test, H2Receiver {
  H2Stream& open_stream() override { return streams.emplace_back(); }
  void on_request(H2Stream& stream, const RequestHead& head, bool whole) override {
    TestStream& one = of(stream);
    one.head.append(head.method_text).append(" ").append(head.target);
    one.head.append(" ").append(head.host);
    for (const Field& field : head.fields) {
      if (field.id != HeaderId::kHost) one.head.append(" ").append(field.name);
      if (field.id != HeaderId::kHost) one.head.append("=").append(field.value);
    }
    one.ended = whole;
    framing = head.framing;
    if (when_request) when_request(one);
  }
  void on_refused(H2Stream& stream, Refusal refusal) override { of(stream).refusal = refusal; }
  void on_data(H2Stream& stream, std::string_view bytes) override {
    of(stream).body += bytes;
    if (when_data) when_data(of(stream));
  }
  void on_stream_end(H2Stream& stream) override { of(stream).ended = true; }
  void on_sent(H2Stream& stream) override { ++of(stream).sents; }
  void on_stream_closed(H2Stream& stream, H2Error error) override { of(stream).closed = error; }
  void on_goodbye_heard() override { ++goodbyes_heard; }

  static TestStream& of(H2Stream& stream) { return static_cast<TestStream&>(stream); }

  void make(const H2Limits& limits = {}, const Limits& head = {}) {
    session = std::make_unique<H2Session>(head, limits, *this, scratch);
  }
  bool feed(std::string_view bytes) { return session->feed(bytes, now); }
  std::string take() {
    std::string out;
    for (size_t before = 1; before != out.size();) {
      before = out.size();
      std::string piece;
      session->take(piece, 1000);
      out += piece;
    }
    return out;
  }
  // Until both have nothing to say.
  void talk() {
    while (true) {
      const std::string from_client = client.say();
      EXPECT_TRUE(feed(from_client));
      const std::string from_server = take();
      client.hear(from_server);
      if (from_client.empty() && from_server.empty()) return;
    }
  }
  void answer(H2Stream& stream, std::string_view body) {
    session->respond(stream, 200, "today", "content-type: text/plain\r\n",
                     static_cast<int64_t>(body.size()), body.empty());
    session->write(stream, body);
    session->finish(stream);
  }
  // What a server says to bytes of a client that has said hello: the error of its GOAWAY.
  std::optional<uint32_t> goaway_after(std::string_view bytes) {
    make();
    (void)feed(h2_hello() + std::string(bytes));
    client.hear(take());
    EXPECT_TRUE(session->finished());
    if (client.goaways.empty()) return std::nullopt;
    return client.goaways.back().second;
  }
  // ... of its RST_STREAM on stream 1, while the connection goes on.
  std::optional<uint32_t> reset_after(std::string_view bytes) {
    make();
    (void)client.request(h2_get());  // so that the client knows the stream
    (void)client.say();
    EXPECT_TRUE(feed(h2_hello() + std::string(bytes)));
    client.hear(take());
    EXPECT_FALSE(session->finished());
    return client.answers[1].closed;
  }

  Monotonic now{std::chrono::hours(5)};
  RequestHead scratch;
  std::deque<TestStream> streams;
  Framing framing = Framing::kNone;
  int goodbyes_heard = 0;
  std::function<void(TestStream&)> when_request;
  std::function<void(TestStream&)> when_data;
  std::unique_ptr<H2Session> session;
  H2TestClient client;
};

TEST_F(H2SessionTest, tells_a_request_and_sends_its_answer) {
  make();
  const int32_t id = client.request(h2_get("/a?b", {{"x-one", "1"}}));
  talk();
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].head, "GET /a?b x x-one=1");
  EXPECT_TRUE(streams[0].ended);
  EXPECT_EQ(framing, Framing::kNone);
  answer(streams[0], "hello");
  talk();
  const auto& got = client.answers[id];
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "hello");
  EXPECT_TRUE(got.whole);
  EXPECT_EQ(got.fields.at("content-type"), "text/plain");
  EXPECT_EQ(got.fields.at("content-length"), "5");
  EXPECT_EQ(got.fields.at("date"), "today");
  EXPECT_EQ(streams[0].closed, H2Error::kNone);
  EXPECT_FALSE(session->finished());
}

TEST_F(H2SessionTest, reads_the_same_however_the_bytes_are_cut) {
  make();
  client.request(h2_post("/up"), "some body");
  for (const char c : client.say()) ASSERT_TRUE(feed({&c, 1}));
  ASSERT_EQ(streams.size(), 1u);
  EXPECT_EQ(streams[0].head, "POST /up x");
  EXPECT_EQ(framing, Framing::kChunked);
  EXPECT_EQ(streams[0].body, "some body");
  EXPECT_TRUE(streams[0].ended);
}

TEST_F(H2SessionTest, reads_a_head_in_several_frames_that_come_byte_by_byte) {
  make();
  const std::string block = http::h2_block(h2_get("/in/pieces"));
  std::string bytes =
      h2_hello() + h2_frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_STREAM, 1, block.substr(0, 10));
  for (size_t at = 10; at < 50; at += 10) {
    bytes += h2_frame(NGHTTP2_CONTINUATION, 0, 1, block.substr(at, 10));
  }
  bytes += h2_frame(NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, 1, block.substr(50));
  for (const char c : bytes) ASSERT_TRUE(feed({&c, 1}));
  EXPECT_EQ(streams.at(0).head, "GET /in/pieces x");
}

TEST_F(H2SessionTest, carries_many_streams_at_a_time) {
  make();
  for (int i = 0; i < 100; ++i) client.request(h2_post("/" + std::to_string(i)), "b");
  talk();
  ASSERT_EQ(streams.size(), 100u);
  EXPECT_EQ(session->open_streams(), 100u);
  for (size_t i = streams.size(); i-- > 0;) answer(streams[i], "to " + streams[i].head);
  talk();
  EXPECT_EQ(client.answers[1].body, "to POST /0 x");
  EXPECT_EQ(client.answers[199].body, "to POST /99 x");
  EXPECT_EQ(session->open_streams(), 0u);
}

TEST_F(H2SessionTest, refuses_streams_over_the_limit_for_another_try) {
  make({.streams = 2});
  client.request(h2_get());
  client.request(h2_get());
  client.request(h2_get());
  talk();
  EXPECT_EQ(streams.size(), 2u);
  answer(streams[0], "x");
  talk();
  // nghttp2's client has kept the third back, or was refused: in both cases two are what we saw.
  EXPECT_LE(session->open_streams(), 2u);
}

TEST_F(H2SessionTest, joins_the_crumbs_of_a_cookie) {
  make();
  client.request(h2_get("/", {{"cookie", "a=1"}, {"x", "y"}, {"cookie", "b=2"}}));
  talk();
  EXPECT_EQ(streams.at(0).head, "GET / x x=y cookie=a=1; b=2");
}

TEST_F(H2SessionTest, takes_host_beside_authority_only_when_they_agree) {
  make();
  client.request(h2_get("/", {{"host", "X"}}));
  client.request(h2_get("/", {{"host", "elsewhere"}}));
  talk();
  EXPECT_EQ(streams.at(0).head, "GET / x");
  EXPECT_EQ(streams.at(1).refusal, Refusal::kTargetHostMismatch);
}

TEST_F(H2SessionTest, judges_heads_as_http_1_does) {
  make({}, {.head_bytes = 1000, .fields = 5, .target_bytes = 50});
  const auto refusal = [&](const H2Pairs& pairs) {
    client.request(pairs);
    talk();
    return streams.back().refusal.value_or(Refusal::kNone);
  };
  H2Pairs odd = h2_get();
  odd[0].second = "BREW";
  EXPECT_EQ(refusal(odd), Refusal::kUnknownMethod);
  EXPECT_EQ(refusal(h2_get("/" + std::string(60, 'a'))), Refusal::kTargetTooLong);
  EXPECT_EQ(refusal(h2_get("/#fragment")), Refusal::kMalformedTarget);
  EXPECT_EQ(refusal(h2_get("/", {{"x", std::string(1000, 'v')}})), Refusal::kHeadTooLarge);
  EXPECT_EQ(refusal(h2_get(
                "/", {{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}, {"e", "1"}, {"f", "1"}})),
            Refusal::kTooManyFields);
  EXPECT_EQ(refusal(h2_get("/", {{"expect", "tea"}})), Refusal::kUnsupportedExpectation);
  EXPECT_EQ(refusal(h2_get("/", {{"te", "trailers"}})), Refusal::kNone);
}

TEST_F(H2SessionTest, a_refused_request_can_be_answered_and_the_connection_goes_on) {
  make();
  H2Pairs odd = h2_post();
  odd[0].second = "BREW";
  const int32_t id = client.request(odd, "and a body", true);
  talk();
  session->respond(streams.at(0), 501, "today", "", 0, true);
  talk();
  EXPECT_EQ(client.answers[id].status, 501);
  session->decline(streams[0]);
  talk();
  EXPECT_EQ(client.answers[id].closed, NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams[0].body, "");
  client.request(h2_get("/next"));
  talk();
  EXPECT_EQ(streams.back().head, "GET /next x");
}

TEST_F(H2SessionTest, resets_what_rfc_9113_calls_malformed) {
  const H2Pairs bad[] = {
      {{":method", "GET"}, {":scheme", "http"}, {":authority", "x"}},  // no path
      {{":method", "GET"}, {":scheme", "http"}, {":path", ""}, {":authority", "x"}},
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}},  // no host
      h2_get("/", {{":path", "/late"}}),
      h2_get("/", {{":protocol", "websocket"}}),
      h2_get("/", {{"Upper", "case"}}),
      h2_get("/", {{"connection", "close"}}),
      h2_get("/", {{"transfer-encoding", "chunked"}}),
      h2_get("/", {{"te", "gzip"}}),
      h2_get("/", {{"x", "a\r\nb: c"}}),
      h2_get("/", {{"x y", "1"}}),
      h2_get("/", {{"content-length", "1"}, {"content-length", "1"}}),
      h2_get("/", {{"content-length", "5"}}),  // and the stream ends
  };
  for (const H2Pairs& pairs : bad) {
    EXPECT_EQ(reset_after(h2_headers(1, pairs, NGHTTP2_FLAG_END_STREAM)), NGHTTP2_PROTOCOL_ERROR)
        << h2_block(pairs);
    for (const TestStream& stream : streams) EXPECT_EQ(stream.head, "");
    streams.clear();
  }
}

TEST_F(H2SessionTest, holds_data_against_the_declared_length) {
  const std::string head = h2_headers(1, h2_post("/", {{"content-length", "5"}}));
  EXPECT_EQ(reset_after(head + h2_frame(NGHTTP2_DATA, NGHTTP2_FLAG_END_STREAM, 1, "abc")),
            NGHTTP2_PROTOCOL_ERROR);
  EXPECT_FALSE(streams.at(0).ended);
  EXPECT_EQ(streams[0].closed, H2Error::kProtocol);
  EXPECT_EQ(reset_after(head + h2_frame(NGHTTP2_DATA, 0, 1, "abcdef")), NGHTTP2_PROTOCOL_ERROR);
}

TEST_F(H2SessionTest, ends_the_connection_over_data_after_the_end) {
  EXPECT_EQ(goaway_after(h2_headers(1, h2_get(), NGHTTP2_FLAG_END_STREAM) +
                         h2_frame(NGHTTP2_DATA, 0, 1, "more")),
            NGHTTP2_STREAM_CLOSED);
  EXPECT_TRUE(session->violated());
}

TEST_F(H2SessionTest, ends_the_connection_over_nonsense) {
  make();
  EXPECT_FALSE(feed("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX"));
  EXPECT_TRUE(session->finished());
  EXPECT_TRUE(session->violated());
  EXPECT_FALSE(session->flooded());
  EXPECT_EQ(goaway_after(h2_frame(NGHTTP2_DATA, 0, 1, "idle stream")), NGHTTP2_PROTOCOL_ERROR);
}

TEST_F(H2SessionTest, a_flood_of_resets_ends_the_connection) {
  std::string rapid;
  for (uint32_t id = 1; id < 2000; id += 2) {
    rapid += h2_headers(id, h2_get(), NGHTTP2_FLAG_END_STREAM);
    rapid += h2_frame(NGHTTP2_RST_STREAM, 0, id, std::string("\0\0\0\x08", 4));
  }
  EXPECT_EQ(goaway_after(rapid), NGHTTP2_ENHANCE_YOUR_CALM);
  EXPECT_TRUE(session->flooded());
  EXPECT_LE(streams.size(), 202u);
}

TEST_F(H2SessionTest, resets_that_a_client_provokes_count_as_its_own) {
  make();
  (void)feed(h2_hello());
  bool fine = true;
  // A window that is opened by nothing is an error of the stream; we are the one to reset it.
  for (uint32_t id = 1; fine && id < 2000; id += 2) {
    fine = feed(h2_headers(id, h2_get(), NGHTTP2_FLAG_END_STREAM) +
                h2_frame(NGHTTP2_WINDOW_UPDATE, 0, id, std::string(4, '\0')));
    (void)take();
    fine = fine && !session->finished();
  }
  EXPECT_FALSE(fine);
  EXPECT_LE(streams.size(), 202u);
}

TEST_F(H2SessionTest, cancelling_now_and_then_is_no_flood) {
  make();
  (void)feed(h2_hello());
  for (uint32_t id = 1; id < 4000; id += 2) {
    ASSERT_TRUE(feed(h2_headers(id, h2_get(), NGHTTP2_FLAG_END_STREAM) +
                     h2_frame(NGHTTP2_RST_STREAM, 0, id, std::string("\0\0\0\x08", 4))));
    now += std::chrono::milliseconds(40);
  }
  EXPECT_EQ(streams.back().closed, H2Error::kCancel);
}

TEST_F(H2SessionTest, a_flood_of_pings_settings_or_empty_data_ends_the_connection) {
  std::string pings;
  std::string settings;
  std::string priorities;
  std::string empty = h2_headers(1, h2_post());
  for (int i = 0; i < 300; ++i) {
    pings += h2_frame(NGHTTP2_PING, 0, 0, "12345678");
    settings += h2_frame(NGHTTP2_SETTINGS, 0, 0, "");
    priorities += h2_frame(NGHTTP2_PRIORITY, 0, 1, std::string("\0\0\0\3\1", 5));
    empty += h2_frame(NGHTTP2_DATA, 0, 1, "");
  }
  for (const std::string& flood : {pings, settings, priorities, empty}) {
    EXPECT_EQ(goaway_after(flood), NGHTTP2_ENHANCE_YOUR_CALM);
    EXPECT_TRUE(session->flooded());
  }
}

TEST_F(H2SessionTest, a_flood_of_continuations_ends_the_connection) {
  std::string flood = h2_frame(NGHTTP2_HEADERS, 0, 1, h2_block(h2_get()));
  for (int i = 0; i < 1000; ++i) flood += h2_frame(NGHTTP2_CONTINUATION, 0, 1, "");
  EXPECT_EQ(goaway_after(flood), NGHTTP2_ENHANCE_YOUR_CALM);
  EXPECT_TRUE(session->flooded());
  EXPECT_EQ(streams.at(0).head, "");
}

TEST_F(H2SessionTest, a_head_that_grows_in_the_compression_table_ends_the_connection) {
  // One field of 4,000 bytes, indexed, and then 1,000 references of a byte each.
  const std::string value(4000, 'v');
  std::string block = h2_block(h2_get());
  block += std::string("\x40\x01x\x7f\xa1\x1e", 6) + value;
  block += std::string(1000, static_cast<char>(0x80 | 62));
  EXPECT_EQ(goaway_after(h2_frame(NGHTTP2_HEADERS,
                                  NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, block)),
            NGHTTP2_ENHANCE_YOUR_CALM);
  EXPECT_EQ(streams.at(0).head, "");
}

TEST_F(H2SessionTest, drops_trailers_and_bounds_them) {
  make({}, {.head_bytes = 1000});
  EXPECT_TRUE(feed(h2_hello() + h2_headers(1, h2_post()) + h2_frame(NGHTTP2_DATA, 0, 1, "abc") +
                   h2_headers(1, {{"x-sum", "1"}}, NGHTTP2_FLAG_END_STREAM)));
  EXPECT_EQ(streams.at(0).body, "abc");
  EXPECT_TRUE(streams[0].ended);
  H2Pairs many;
  for (int i = 0; i < 100; ++i) many.emplace_back("x-trailer", "1");
  EXPECT_TRUE(feed(h2_headers(3, h2_post()) + h2_headers(3, many, NGHTTP2_FLAG_END_STREAM)));
  (void)take();
  EXPECT_FALSE(streams.at(1).ended);
  EXPECT_TRUE(streams[1].closed.has_value());
}

TEST_F(H2SessionTest, a_paused_upload_stops_at_its_window_and_others_go_on) {
  make({.stream_window = 100'000});
  when_request = [&](TestStream& stream) {
    if (stream.head == "POST /slow x") session->pause(stream);
  };
  talk();  // the client hears of the window
  const int32_t slow = client.request(h2_post("/slow"), std::string(500'000, 's'));
  client.request(h2_post("/quick"), std::string(500'000, 'q'));
  talk();
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_EQ(streams[0].body, "");
  EXPECT_EQ(client.uploaded(slow), 100'000u);
  EXPECT_EQ(streams[1].body.size(), 500'000u);
  EXPECT_TRUE(streams[1].ended);
  session->resume(streams[0]);
  session->deliver_held();
  EXPECT_EQ(streams[0].body.size(), 100'000u);
  talk();
  EXPECT_EQ(streams[0].body.size(), 500'000u);
  EXPECT_TRUE(streams[0].ended);
}

TEST_F(H2SessionTest, the_end_waits_with_what_a_paused_upload_holds) {
  make();
  when_request = [&](TestStream& stream) { session->pause(stream); };
  client.request(h2_post(), "held");
  talk();
  EXPECT_FALSE(streams.at(0).ended);
  session->resume(streams[0]);
  session->deliver_held();
  EXPECT_EQ(streams[0].body, "held");
  EXPECT_TRUE(streams[0].ended);
}

TEST_F(H2SessionTest, what_a_closed_stream_held_opens_the_connections_window_again) {
  make({.stream_window = 60'000, .connection_window = 65'535});
  when_request = [&](TestStream& stream) {
    if (stream.head != "POST /last x") session->pause(stream);
  };
  for (int i = 0; i < 5; ++i) {
    const int32_t id = client.request(h2_post(), std::string(60'000, 'x'), true);
    talk();
    client.reset(id);
    talk();
  }
  client.request(h2_post("/last"), std::string(200'000, 'x'));
  talk();
  EXPECT_EQ(streams.back().body.size(), 200'000u);
}

TEST_F(H2SessionTest, sends_no_more_than_the_client_has_room_for_and_says_when_to_go_on) {
  make();
  const int32_t id = client.request(h2_get());
  talk();
  TestStream& stream = streams.at(0);
  session->respond(stream, 200, "", "", -1, false);
  session->write(stream, std::string(200'000, 'a'));
  EXPECT_TRUE(stream.above_high_watermark());
  std::string first = take();
  EXPECT_EQ(stream.unsent(), 200'000u - 65'535u);
  EXPECT_EQ(stream.sents, 0);
  client.hear(first);
  talk();
  EXPECT_EQ(stream.unsent(), 0u);
  EXPECT_EQ(stream.sents, 1);
  EXPECT_EQ(stream.sent(), 200'000u);
  session->write(stream, "the end");
  session->finish(stream);
  talk();
  EXPECT_EQ(client.answers[id].body.size(), 200'007u);
  EXPECT_TRUE(client.answers[id].whole);
}

TEST_F(H2SessionTest, hands_out_about_as_much_as_it_is_asked_for) {
  make();
  client.request(h2_get());
  talk();
  session->respond(streams.at(0), 200, "", "", -1, false);
  session->write(streams[0], std::string(60'000, 'a'));
  std::string piece;
  session->take(piece, 20'000);
  EXPECT_GT(piece.size(), 20'000u);
  EXPECT_LT(piece.size(), 40'000u);
}

TEST_F(H2SessionTest, the_rest_of_an_upload_is_unheard_after_an_early_answer_and_can_be_declined) {
  make({.stream_window = 100'000});
  talk();
  const int32_t id = client.request(h2_post(), "a beginning", true);
  talk();
  answer(streams.at(0), "enough");
  client.more(id, std::string(500'000, 'x'));
  talk();
  EXPECT_EQ(client.answers[id].body, "enough");
  EXPECT_FALSE(client.answers[id].closed.has_value());
  EXPECT_EQ(client.uploaded(id), 100'000u);
  EXPECT_EQ(streams[0].body, "a beginning");
  session->decline(streams[0]);
  talk();
  EXPECT_EQ(client.answers[id].closed, NGHTTP2_NO_ERROR);
  EXPECT_EQ(streams[0].closed, H2Error::kNone);
}

TEST_F(H2SessionTest, sends_trailers_behind_all_of_the_body) {
  make();
  const int32_t id = client.request(h2_get());
  talk();
  session->respond(streams.at(0), 200, "", "", -1, false);
  session->write(streams[0], std::string(200'000, 'a'));
  session->finish(streams[0], "grpc-status: 0\r\nx-more: 1\r\n");
  talk();
  EXPECT_EQ(client.answers[id].body.size(), 200'000u);
  EXPECT_EQ(client.answers[id].fields.at("grpc-status"), "0");
  EXPECT_EQ(client.answers[id].fields.at("x-more"), "1");
  EXPECT_TRUE(client.answers[id].whole);
  EXPECT_EQ(streams[0].closed, H2Error::kNone);
}

TEST_F(H2SessionTest, asks_for_a_body_that_waits) {
  make();
  const int32_t id = client.request(h2_post("/", {{"expect", "100-continue"}}), "", true);
  talk();
  session->send_continue(streams.at(0));
  talk();
  EXPECT_THAT(client.answers[id].interim, ElementsAre(100));
  answer(streams[0], "x");
  talk();
  EXPECT_EQ(client.answers[id].status, 200);
}

TEST_F(H2SessionTest, a_reset_of_ours_shows_the_cut) {
  make();
  const int32_t id = client.request(h2_get());
  talk();
  session->respond(streams.at(0), 200, "", "", -1, false);
  session->write(streams[0], "half");
  session->reset(streams[0], H2Error::kInternal);
  talk();
  EXPECT_FALSE(client.answers[id].whole);
  EXPECT_EQ(client.answers[id].closed, NGHTTP2_INTERNAL_ERROR);
  EXPECT_TRUE(streams[0].closed.has_value());
}

TEST_F(H2SessionTest, a_clients_cancel_is_told) {
  make();
  const int32_t id = client.request(h2_post(), "x", true);
  talk();
  client.reset(id);
  talk();
  EXPECT_EQ(streams.at(0).closed, H2Error::kCancel);
}

TEST_F(H2SessionTest, says_goodbye_in_two_steps_and_finishes_what_has_begun) {
  make();
  const int32_t first = client.request(h2_get("/first"));
  talk();
  session->begin_goodbye();
  // Begun before the client has heard of it.
  const int32_t second = client.request(h2_get("/second"));
  EXPECT_TRUE(feed(client.say()));
  talk();
  EXPECT_EQ(goodbyes_heard, 1);
  session->end_goodbye();
  talk();
  ASSERT_EQ(streams.size(), 2u);
  EXPECT_FALSE(session->finished());
  for (TestStream& stream : streams) answer(stream, "done");
  talk();
  EXPECT_EQ(client.answers[first].body, "done");
  EXPECT_EQ(client.answers[second].body, "done");
  EXPECT_TRUE(session->finished());
  EXPECT_FALSE(session->violated());
  ASSERT_EQ(client.goaways.size(), 2u);
  EXPECT_EQ(client.goaways[1], (std::pair<int32_t, uint32_t>(second, NGHTTP2_NO_ERROR)));
}

TEST_F(H2SessionTest, abandoning_closes_every_stream_and_nothing_is_said_after_that) {
  make();
  client.request(h2_get());
  client.request(h2_post(), "x", true);
  talk();
  session->abandon(H2Error::kCancel);
  EXPECT_EQ(streams.at(0).closed, H2Error::kCancel);
  EXPECT_EQ(streams.at(1).closed, H2Error::kCancel);
  EXPECT_EQ(take(), "");
  EXPECT_TRUE(session->finished());
}

}  // namespace
}  // namespace slipway::http
