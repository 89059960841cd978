// HTTP/2 over real sockets: what H2Connection and H2Exchange make of it. What the session itself
// does is tested in http.

#include <gmock/gmock.h>

#include "http/h2_peer_test.h"
#include "serve/serve_fixture_test.h"

namespace slipway::serve {
namespace {

using http::h2_frame;
using http::h2_get;
using http::h2_headers;
using http::h2_hello;
using http::h2_post;
using http::H2TestClient;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

// A client on a socket; blocking.
class H2SocketClient : public H2TestClient {
 public:
  explicit H2SocketClient(uint16_t port) : wire(port) {}

  void send_all() { wire.send_bytes(say()); }
  // Sends and hears until `done` holds or the connection ends; false: it ended.
  template <typename Done>
  bool run_until(Done done) {
    while (true) {
      send_all();
      if (done()) return true;
      const std::string bytes = wire.read_some();
      if (bytes.empty()) return false;
      hear(bytes);
    }
  }
  // Until this request is over, one way or the other.
  const Answer& finish(int32_t id) {
    run_until([&] { return answers[id].closed.has_value(); });
    return answers[id];
  }
  // Until the server closes; true when it did without a reset.
  bool run_to_end() {
    run_until([] { return false; });
    return !wire.reset_by_peer();
  }

  TestClient wire;
};

struct H2ServerTest : ServeTest {
  void echo() {
    script.when_end = [](ScriptedHandler& self) { self.reply(200, self.target + ":" + self.body); };
  }
  std::vector<AbortCause> aborts_of(size_t handler) {
    return on_loop([this, handler] { return handlers.at(handler)->aborts; });
  }
};

TEST_F(H2ServerTest, answers_requests_of_one_connection) {
  echo();
  start();
  H2SocketClient client(port);
  for (int i = 0; i < 3; ++i) {
    const auto& answer = client.finish(client.request(h2_post("/a"), "body"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "/a:body");
    EXPECT_EQ(answer.fields.at("content-length"), "7");
    EXPECT_THAT(answer.fields.at("date"), HasSubstr("GMT"));
    EXPECT_FALSE(answer.fields.contains("connection"));
  }
  const ServerCounters counted = counters();
  EXPECT_EQ(counted.requests, 3u);
  EXPECT_EQ(counted.connections_accepted, 1u);
  EXPECT_EQ(counted.connections_open, 1u);
  EXPECT_EQ(counted.protocols[1][0].accepted, 1u);
  EXPECT_EQ(counted.protocols[1][0].open, 1u);
  EXPECT_EQ(counted.protocols[0][0].accepted, 0u);
  client.wire.close();
  wait_for([this] { return server->open_connections() == 0 && released == acquired; });
  EXPECT_EQ(counters().protocols[1][0].open, 0u);
}

TEST_F(H2ServerTest, hears_the_preface_in_any_split_and_leaves_http_1_as_it_was) {
  echo();
  start();
  H2SocketClient client(port);
  const int32_t id = client.request(h2_get("/a"));
  for (const char c : client.say()) client.wire.send_bytes({&c, 1});
  EXPECT_EQ(client.finish(id).body, "/a:");
  TestClient one(port);
  one.send_bytes("PRI * HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(one.read_to_end(), StartsWith("HTTP/1.1 501 "));
  TestClient late(port);
  late.send_bytes("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n" + std::string(http::kH2Preface));
  const std::string answers = late.read_to_end();
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answers, HasSubstr("HTTP/1.1 501 "));
}

TEST_F(H2ServerTest, answers_a_half_said_preface_with_408) {
  ServerLimits limits;
  limits.head_timeout = milliseconds(30);
  start(limits);
  TestClient client(port);
  client.send_bytes(http::kH2Preface.substr(0, 10));
  client.read_to_end();
  EXPECT_EQ(counters().timeouts, 1u);
  EXPECT_EQ(counters().connections_open, 0u);
}

TEST_F(H2ServerTest, serves_requests_side_by_side_in_any_order) {
  script.when_end = [this](ScriptedHandler& self) {
    if (self.target != "/open") return;
    for (size_t i = handlers.size(); i-- > 0;) handlers[i]->reply(200, handlers[i]->target);
  };
  start();
  H2SocketClient client(port);
  for (int i = 0; i < 50; ++i) client.request(h2_get("/" + std::to_string(i)));
  const int32_t last = client.request(h2_get("/open"));
  EXPECT_EQ(client.finish(last).body, "/open");
  for (int i = 0; i < 50; ++i) EXPECT_EQ(client.finish(2 * i + 1).body, "/" + std::to_string(i));
  EXPECT_EQ(on_loop([this] { return acquired; }), 51);
}

TEST_F(H2ServerTest, uses_handlers_again_once_their_streams_are_closed) {
  echo();
  start();
  H2SocketClient client(port);
  for (int i = 0; i < 10; ++i) client.finish(client.request(h2_get()));
  wait_for([this] { return released == 10; });
}

TEST_F(H2ServerTest, refuses_what_http_1_refuses_with_a_problem) {
  ServerLimits limits;
  limits.head.head_bytes = 1024;
  start(limits);
  H2SocketClient client(port);
  const auto& large = client.finish(client.request(h2_get("/", {{"x", std::string(2000, 'a')}})));
  EXPECT_EQ(large.status, 431);
  EXPECT_EQ(large.fields.at("content-type"), "application/problem+json");
  EXPECT_THAT(large.body, HasSubstr("\"code\":\"head_too_large\""));
  http::H2Pairs odd = h2_get();
  odd[0].second = "BREW";
  EXPECT_EQ(client.finish(client.request(odd)).status, 501);
  EXPECT_EQ(counters().refused_heads, 2u);
  EXPECT_EQ(on_loop([this] { return acquired; }), 0);
}

TEST_F(H2ServerTest, tells_the_handler_when_a_body_is_not_what_was_declared) {
  start();
  H2SocketClient client(port);
  const auto& answer =
      client.finish(client.request(h2_post("/", {{"content-length", "10"}}), "short"));
  EXPECT_EQ(answer.closed, NGHTTP2_PROTOCOL_ERROR);
  EXPECT_EQ(aborts_of(0), std::vector<AbortCause>{AbortCause::kBadFraming});
  EXPECT_EQ(counters().refused_heads, 1u);
}

TEST_F(H2ServerTest, tells_the_handler_when_the_client_cancels_or_goes) {
  start();
  H2SocketClient client(port);
  const int32_t id = client.request(h2_get());
  client.send_all();
  wait_for([this] { return handlers.size() == 1 && handlers[0]->ended; });
  client.reset(id);
  client.request(h2_get());
  client.send_all();
  wait_for([this] { return handlers.size() == 2 && handlers[1]->ended; });
  EXPECT_EQ(aborts_of(0), std::vector<AbortCause>{AbortCause::kClientClosed});
  client.wire.close();
  wait_for([this] { return server->open_connections() == 0; });
  EXPECT_EQ(aborts_of(1), std::vector<AbortCause>{AbortCause::kClientClosed});
}

TEST_F(H2ServerTest, ends_a_connection_that_floods_and_counts_it) {
  start();
  TestClient client(port);
  std::string rapid = h2_hello();
  for (uint32_t id = 1; id < 2000; id += 2) {
    rapid += h2_headers(id, h2_get(), NGHTTP2_FLAG_END_STREAM);
    rapid += h2_frame(NGHTTP2_RST_STREAM, 0, id, std::string("\0\0\0\x08", 4));
  }
  client.send_bytes(rapid);
  const std::string said = client.read_to_end();
  const std::string calm = h2_frame(NGHTTP2_GOAWAY, 0, 0, "12345678").substr(0, 5);
  EXPECT_THAT(said, HasSubstr(calm));
  EXPECT_EQ(said.back(), '\x0b');  // ENHANCE_YOUR_CALM
  EXPECT_FALSE(client.reset_by_peer());
  wait_for([this] { return server->open_connections() == 0 && released == acquired; });
  EXPECT_EQ(counters().http2_floods, 1u);
  EXPECT_LT(on_loop([this] { return acquired; }), 250);
}

TEST_F(H2ServerTest, ends_a_connection_that_breaks_the_rules) {
  start();
  H2SocketClient client(port);
  client.request(h2_get());
  client.send_all();
  wait_for([this] { return handlers.size() == 1 && handlers[0]->ended; });
  client.wire.send_bytes(h2_frame(NGHTTP2_DATA, 0, 1, "after the end"));
  EXPECT_TRUE(client.run_to_end());
  ASSERT_EQ(client.goaways.size(), 1u);
  EXPECT_EQ(client.goaways[0].second, NGHTTP2_STREAM_CLOSED);
  EXPECT_EQ(aborts_of(0), std::vector<AbortCause>{AbortCause::kBadFraming});
  EXPECT_EQ(counters().refused_heads, 1u);
}

TEST_F(H2ServerTest, closes_a_connection_whose_head_does_not_become_whole) {
  ServerLimits limits;
  limits.head_timeout = milliseconds(30);
  start(limits);
  TestClient client(port);
  client.send_bytes(h2_hello() + h2_frame(NGHTTP2_HEADERS, 0, 1, http::h2_block(h2_get())));
  client.read_to_end();
  EXPECT_EQ(counters().timeouts, 1u);
  EXPECT_EQ(on_loop([this] { return acquired; }), 0);
}

TEST_F(H2ServerTest, says_goodbye_to_an_idle_connection) {
  echo();
  ServerLimits limits;
  limits.idle_timeout = milliseconds(30);
  start(limits);
  H2SocketClient client(port);
  client.finish(client.request(h2_get()));
  EXPECT_TRUE(client.run_to_end());
  ASSERT_EQ(client.goaways.size(), 1u);
  EXPECT_EQ(client.goaways[0], (std::pair<int32_t, uint32_t>(1, NGHTTP2_NO_ERROR)));
  EXPECT_EQ(counters().timeouts, 1u);
}

TEST_F(H2ServerTest, answers_408_to_an_upload_that_is_too_slow_and_goes_on) {
  echo();
  ServerLimits limits;
  limits.body_grace = milliseconds(30);
  start(limits);
  H2SocketClient client(port);
  const int32_t slow = client.request(h2_post("/slow"), "ab", true);
  EXPECT_EQ(client.finish(slow).status, 408);
  EXPECT_EQ(aborts_of(0), std::vector<AbortCause>{AbortCause::kTooSlow});
  EXPECT_EQ(client.finish(client.request(h2_get("/next"))).body, "/next:");
}

TEST_F(H2ServerTest, a_pause_stops_one_upload_and_blames_nobody) {
  script.when_head = [](ScriptedHandler& self, const http::RequestHead&) {
    if (self.target == "/paused") self.exchange->pause_body();
  };
  echo();
  ServerLimits limits;
  limits.body_grace = milliseconds(20);
  limits.body_bytes_per_second = 1'000'000;
  start(limits);
  H2SocketClient client(port);
  const std::string body(1'000'000, 'b');
  const int32_t paused = client.request(h2_post("/paused"), body);
  EXPECT_EQ(client.finish(client.request(h2_post("/other"), "x")).body, "/other:x");
  // Longer than the grace, by the loop's own clock.
  const auto until = on_loop([this] { return reactor->now(); }) + milliseconds(60);
  wait_for([&] { return reactor->now() > until; });
  EXPECT_EQ(on_loop([this] { return handlers.at(0)->body.size(); }), 0u);
  on_loop([this] { handlers.at(0)->exchange->resume_body(); });
  EXPECT_EQ(client.finish(paused).body.size(), body.size() + 8);
  EXPECT_EQ(counters().read_pauses, 1u);
  EXPECT_EQ(counters().timeouts, 0u);
}

TEST_F(H2ServerTest, asks_for_the_body_when_the_handler_wants_it) {
  script.when_head = [](ScriptedHandler& self, const http::RequestHead&) {
    self.exchange->send_continue();
    self.exchange->send_continue();
  };
  echo();
  start();
  H2SocketClient client(port);
  const int32_t id = client.request(h2_post("/", {{"expect", "100-continue"}}), "", true);
  client.run_until([&] { return !client.answers[id].interim.empty(); });
  client.more(id, "now");
  client.end(id);
  EXPECT_EQ(client.finish(id).body, "/:now");
  EXPECT_EQ(client.answers[id].interim, std::vector<int>{100});
}

TEST_F(H2ServerTest, an_early_answer_declines_the_upload_and_keeps_the_connection) {
  script.when_head = [](ScriptedHandler& self, const http::RequestHead&) {
    self.reply(413, "too large");
  };
  start();
  H2SocketClient client(port);
  const auto& answer = client.finish(client.request(h2_post(), std::string(4'000'000, 'x')));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "too large");
  EXPECT_EQ(client.finish(client.request(h2_post(), "x")).status, 413);
}

TEST_F(H2ServerTest, sends_pieces_of_an_answer_as_they_come) {
  script.when_end = [](ScriptedHandler& self) {
    self.exchange->respond({});
    self.exchange->body("first");
  };
  start();
  H2SocketClient client(port);
  const int32_t id = client.request(h2_get());
  client.run_until([&] { return client.answers[id].body == "first"; });
  EXPECT_FALSE(client.answers[id].fields.contains("content-length"));
  EXPECT_FALSE(client.answers[id].whole);
  on_loop([this] {
    handlers[0]->exchange->body("second");
    handlers[0]->exchange->finish();
  });
  EXPECT_EQ(client.finish(id).body, "firstsecond");
  EXPECT_TRUE(client.answers[id].whole);
}

TEST_F(H2ServerTest, sends_no_body_where_none_may_be) {
  script.when_end = [](ScriptedHandler& self) {
    self.reply(self.target == "/304" ? 304 : 200, "a body");
  };
  start();
  H2SocketClient client(port);
  http::H2Pairs head = h2_get();
  head[0].second = "HEAD";
  const auto& answer = client.finish(client.request(head));
  EXPECT_EQ(answer.body, "");
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(answer.fields.at("content-length"), "6");
  const auto& unmodified = client.finish(client.request(h2_get("/304")));
  EXPECT_EQ(unmodified.status, 304);
  EXPECT_EQ(unmodified.body, "");
  EXPECT_FALSE(unmodified.fields.contains("content-length"));
}

TEST_F(H2ServerTest, an_aborted_answer_is_seen_to_be_cut) {
  script.when_end = [](ScriptedHandler& self) {
    ResponseStart start;
    start.content_length = 10;
    self.exchange->respond(start);
    self.exchange->body("short");
    self.exchange->finish();
  };
  start();
  H2SocketClient client(port);
  const auto& answer = client.finish(client.request(h2_get()));
  EXPECT_FALSE(answer.whole);
  EXPECT_EQ(answer.closed, NGHTTP2_INTERNAL_ERROR);
  EXPECT_EQ(counters().connections_open, 1u);
}

TEST_F(H2ServerTest, streams_a_large_answer_under_back_pressure) {
  constexpr size_t kTotal = size_t{8} * 1024 * 1024;
  size_t left = kTotal;
  size_t most_unsent = 0;
  const auto pump = [&](ScriptedHandler& self) {
    const std::string piece(32 * 1024, 'q');
    while (left > 0 && !self.exchange->congested()) {
      self.exchange->body(piece);
      left -= piece.size();
    }
    most_unsent += self.exchange->congested() ? 1 : 0;
    if (left == 0) self.exchange->finish();
  };
  script.when_end = [&](ScriptedHandler& self) {
    ResponseStart start;
    start.content_length = kTotal;
    self.exchange->respond(start);
    pump(self);
  };
  script.when_writable = pump;
  start();
  H2SocketClient client(port);
  EXPECT_EQ(client.finish(client.request(h2_get())).body.size(), kTotal);
  EXPECT_GT(on_loop([&] { return most_unsent; }), 10u);
}

TEST_F(H2ServerTest, gives_up_on_an_answer_that_the_client_takes_nothing_of) {
  script.when_end = [](ScriptedHandler& self) {
    if (self.target == "/other") return self.reply(200, "fine");
    self.exchange->respond({});
    self.exchange->body(std::string(100'000, 'x'));
  };
  ServerLimits limits;
  limits.idle_timeout = milliseconds(50);
  start(limits);
  // The client never opens its window again: it reads, and says nothing.
  TestClient client(port);
  client.send_bytes(h2_hello() + h2_headers(1, h2_get(), NGHTTP2_FLAG_END_STREAM));
  wait_for([this] { return !handlers.empty() && !handlers[0]->aborts.empty(); });
  EXPECT_EQ(aborts_of(0), std::vector<AbortCause>{AbortCause::kTooSlow});
  EXPECT_GE(counters().timeouts, 1u);
}

TEST_F(H2ServerTest, draining_answers_what_was_begun_and_says_goodbye) {
  script.when_end = [](ScriptedHandler& self) {
    if (self.target == "/idle") self.reply(200, "ok");
  };
  start();
  H2SocketClient idle(port);
  idle.finish(idle.request(h2_get("/idle")));
  H2SocketClient busy(port);
  const int32_t id = busy.request(h2_get("/busy"));
  busy.send_all();
  wait_for([this] { return handlers.size() == 2 && handlers[1]->ended; });
  on_loop([this] { server->drain(IdleConnections::kServeOnce); });
  EXPECT_TRUE(idle.run_to_end());
  EXPECT_FALSE(idle.goaways.empty());
  busy.run_until([&] { return busy.goaways.size() == 2; });
  on_loop([this] { handlers[1]->reply(200, "late"); });
  EXPECT_TRUE(busy.run_to_end());
  EXPECT_EQ(busy.answers[id].body, "late");
  EXPECT_EQ(on_loop([this] { return server->open_connections(); }), 0u);
}

TEST_F(H2ServerTest, draining_does_not_wait_for_a_client_that_is_silent) {
  echo();
  start();
  H2SocketClient client(port);
  client.finish(client.request(h2_get()));
  on_loop([this] { server->drain(IdleConnections::kServeOnce); });
  client.wire.read_to_end();  // and answers no ping
  EXPECT_EQ(on_loop([this] { return server->open_connections(); }), 0u);
}

TEST_F(H2ServerTest, a_preface_that_becomes_whole_while_draining_is_served_and_told_goodbye) {
  echo();
  start();
  H2SocketClient client(port);
  const int32_t id = client.request(h2_get());
  const std::string hello = client.say();
  client.wire.send_bytes(hello.substr(0, 10));
  wait_for([this] { return server->open_connections() == 1; });
  TestClient other(port);  // served behind it, so those ten bytes have been read
  other.send_bytes("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  other.read_to_end();
  on_loop([this] { server->drain(IdleConnections::kServeOnce); });
  client.wire.send_bytes(hello.substr(10));
  EXPECT_EQ(client.finish(id).body, "/:");
  EXPECT_TRUE(client.run_to_end());
  EXPECT_FALSE(client.goaways.empty());
}

TEST_F(H2ServerTest, a_connection_has_its_number_of_requests) {
  echo();
  ServerLimits limits;
  limits.requests_per_connection = 2;
  start(limits);
  H2SocketClient client(port);
  EXPECT_EQ(client.finish(client.request(h2_get())).status, 200);
  EXPECT_EQ(client.finish(client.request(h2_get())).status, 200);
  EXPECT_TRUE(client.run_to_end());
  EXPECT_FALSE(client.goaways.empty());
}

TEST_F(H2ServerTest, shutting_down_aborts_what_is_open_and_returns_every_handler) {
  start();
  H2SocketClient client(port);
  client.request(h2_get());
  client.request(h2_post(), "x", true);
  client.send_all();
  wait_for([this] { return handlers.size() == 2 && handlers[0]->ended; });
  stop();
  for (const auto& handler : handlers) {
    EXPECT_EQ(handler->aborts, std::vector<AbortCause>{AbortCause::kShutdown});
  }
  EXPECT_EQ(released, acquired);
}

}  // namespace
}  // namespace slipway::serve
