#include "serve/server.h"

#include <gmock/gmock.h>

#include "serve/serve_fixture_test.h"

namespace slipway::serve {
namespace {

using std::chrono::milliseconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct ServerTest : ServeTest {
  // Answers every request, once it is whole, with "<target>:<body>".
  void echo() {
    script.when_end = [](ScriptedHandler& self) { self.reply(200, self.target + ":" + self.body); };
  }
};

TEST_F(ServerTest, answers_a_request_and_keeps_the_connection) {
  echo();
  start();
  TestClient client(port);
  for (int i = 0; i < 3; ++i) {
    client.send_bytes("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(head, HasSubstr("content-length: 3\r\n"));
    EXPECT_THAT(head, HasSubstr("date: "));
    EXPECT_THAT(head, Not(HasSubstr("connection:")));
    EXPECT_EQ(client.read_exactly(3), "/a:");
  }
  EXPECT_EQ(counters().requests, 3u);
  EXPECT_EQ(on_loop([this] { return acquired; }), 1);
}

TEST_F(ServerTest, reads_bodies_of_both_framings_in_any_split) {
  echo();
  start();
  TestClient client(port);
  const std::string requests =
      "POST /l HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  for (const char c : requests) client.send_bytes({&c, 1});
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_exactly(8), "/l:hello");
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_exactly(8), "/c:abcde");
}

TEST_F(ServerTest, answers_pipelined_requests_in_order_one_at_a_time) {
  std::atomic<int> open{0};
  std::atomic<int> most{0};
  script.when_head = [&](ScriptedHandler&, const http::RequestHead&) {
    most = std::max(most.load(), ++open);
  };
  script.when_end = [&](ScriptedHandler& self) {
    // Answers later, from the loop.
    reactor->post([&self, &open] {
      --open;
      self.reply(200, self.target);
    });
  };
  start();
  TestClient client(port);
  std::string burst;
  for (int i = 0; i < 50; ++i) {
    burst += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  client.send_bytes(burst);
  for (int i = 0; i < 50; ++i) {
    client.read_until("\r\n\r\n");
    const std::string want = "/" + std::to_string(i);
    ASSERT_EQ(client.read_exactly(want.size()), want);
  }
  EXPECT_EQ(most, 1);
}

TEST_F(ServerTest, refuses_a_bad_head_with_a_problem_and_closes) {
  echo();
  start();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\nHost: x\n\n");
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(answer, HasSubstr("content-type: application/problem+json\r\n"));
  EXPECT_THAT(answer, HasSubstr("connection: close\r\n"));
  EXPECT_THAT(answer, HasSubstr("\"status\":400"));
  EXPECT_EQ(counters().refused_heads, 1u);
  EXPECT_EQ(on_loop([this] { return acquired; }), 0);
}

TEST_F(ServerTest, refuses_a_head_over_the_limit_with_431) {
  ServerLimits limits;
  limits.head.head_bytes = 1024;
  start(limits);
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(2000, 'a') + "\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 431 "));
  EXPECT_FALSE(client.reset_by_peer());
}

TEST_F(ServerTest, refuses_a_broken_chunk_and_tells_the_handler) {
  echo();
  start();
  TestClient client(port);
  client.send_bytes(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(on_loop([this] { return handlers.at(0)->aborts; }),
            std::vector<AbortCause>{AbortCause::kBadFraming});
}

TEST_F(ServerTest, answers_408_when_a_head_does_not_become_whole) {
  ServerLimits limits;
  limits.head_timeout = milliseconds(30);
  start(limits);
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\n");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(counters().timeouts, 1u);
}

TEST_F(ServerTest, closes_an_idle_connection_without_a_word) {
  echo();
  ServerLimits limits;
  limits.idle_timeout = milliseconds(30);
  start(limits);
  TestClient client(port);
  client.send_bytes("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_to_end(), "/a:");
  EXPECT_EQ(counters().timeouts, 1u);
}

TEST_F(ServerTest, answers_408_to_an_upload_that_is_too_slow) {
  echo();
  ServerLimits limits;
  limits.body_grace = milliseconds(30);
  start(limits);
  TestClient client(port);
  client.send_bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nab");
  EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
  EXPECT_EQ(on_loop([this] { return handlers.at(0)->aborts; }),
            std::vector<AbortCause>{AbortCause::kTooSlow});
}

TEST_F(ServerTest, does_not_blame_the_client_for_a_pause_of_ours) {
  script.when_head = [](ScriptedHandler& self, const http::RequestHead&) {
    self.exchange->pause_body();
  };
  script.when_end = [](ScriptedHandler& self) { self.reply(200, "done"); };
  ServerLimits limits;
  limits.body_grace = milliseconds(20);
  limits.body_bytes_per_second = 1'000'000;
  start(limits);
  TestClient client(port);
  const std::string body(100'000, 'b');
  client.send_bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
  std::thread upload([&] { client.send_bytes(body); });
  // Longer than the grace, by the loop's own clock.
  const auto until = on_loop([this] { return reactor->now(); }) + milliseconds(60);
  wait_for([&] { return reactor->now() > until; });
  on_loop([this] { handlers.at(0)->exchange->resume_body(); });
  upload.join();
  EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(client.read_exactly(4), "done");
  EXPECT_EQ(counters().read_pauses, 1u);
  EXPECT_TRUE(on_loop([&] { return handlers.at(0)->body == body; }));
}

TEST_F(ServerTest, sends_100_continue_once_when_the_handler_wants_the_body) {
  script.when_head = [](ScriptedHandler& self, const http::RequestHead&) {
    self.exchange->send_continue();
    self.exchange->send_continue();
  };
  echo();
  start();
  TestClient client(port);
  client.send_bytes(
      "POST /u HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send_bytes("ok");
  EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(client.read_exactly(5), "/u:ok");
}

TEST_F(ServerTest, an_early_answer_closes_when_the_upload_is_unfinished) {
  script.when_head = [](ScriptedHandler& self, const http::RequestHead&) {
    self.reply(413, "too large");
  };
  start();
  TestClient client(port);
  client.send_bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
  client.send_bytes(std::string(1'000'000, 'x'));
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer, HasSubstr("connection: close\r\n"));
  EXPECT_THAT(answer, HasSubstr("too large"));
  EXPECT_FALSE(client.reset_by_peer());
}

TEST_F(ServerTest, an_early_answer_keeps_the_connection_when_the_upload_is_in_hand) {
  script.when_head = [](ScriptedHandler& self, const http::RequestHead&) {
    self.reply(401, self.target);
  };
  start();
  TestClient client(port);
  client.send_bytes(
      "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
      "POST /2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_THAT(client.read_until("\r\n\r\n"), Not(HasSubstr("connection: close")));
  EXPECT_EQ(client.read_exactly(2), "/1");
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_exactly(2), "/2");
}

TEST_F(ServerTest, frames_an_answer_of_unknown_length_in_chunks) {
  script.when_end = [](ScriptedHandler& self) {
    self.exchange->respond({});
    self.exchange->body("hello ");
    self.exchange->body("world");
    self.exchange->finish();
  };
  start();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("transfer-encoding: chunked\r\n"));
  EXPECT_EQ(client.read_until("0\r\n\r\n"), "6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n");
}

TEST_F(ServerTest, sends_pieces_of_an_answer_as_they_come) {
  script.when_end = [](ScriptedHandler& self) {
    self.exchange->respond({});
    self.exchange->body("first");
  };
  start();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_until("first\r\n"), "5\r\nfirst\r\n");
  on_loop([this] { handlers.at(0)->exchange->finish(); });
  EXPECT_EQ(client.read_exactly(5), "0\r\n\r\n");
}

TEST_F(ServerTest, an_old_client_gets_an_answer_until_close) {
  script.when_end = [](ScriptedHandler& self) {
    self.exchange->respond({});
    self.exchange->body("text");
    self.exchange->finish();
  };
  start();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.0\r\n\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, Not(HasSubstr("chunked")));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\ntext"));
}

TEST_F(ServerTest, an_old_client_may_keep_its_connection) {
  echo();
  start();
  TestClient client(port);
  for (int i = 0; i < 2; ++i) {
    client.send_bytes("GET /o HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("connection: keep-alive\r\n"));
    EXPECT_EQ(client.read_exactly(3), "/o:");
  }
}

TEST_F(ServerTest, head_gets_the_length_and_no_body) {
  echo();
  start();
  TestClient client(port);
  client.send_bytes("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\nGET /z HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("content-length: 5\r\n"));
  EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(client.read_exactly(3), "/z:");
}

TEST_F(ServerTest, closes_when_the_client_or_the_handler_asks_to) {
  script.when_end = [](ScriptedHandler& self) { self.reply(200, "bye", self.target == "/close"); };
  start();
  TestClient one(port);
  one.send_bytes("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(one.read_to_end(), HasSubstr("connection: close\r\n"));
  TestClient two(port);
  two.send_bytes("GET /close HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(two.read_to_end(), HasSubstr("connection: close\r\n"));
}

TEST_F(ServerTest, closes_after_the_allowed_number_of_requests) {
  echo();
  ServerLimits limits;
  limits.requests_per_connection = 2;
  start(limits);
  TestClient client(port);
  client.send_bytes("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_until("/1:"), Not(HasSubstr("connection: close")));
  client.send_bytes("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), HasSubstr("connection: close"));
}

TEST_F(ServerTest, takes_no_more_connections_than_allowed) {
  echo();
  ServerLimits limits;
  limits.connections = 1;
  start(limits);
  TestClient one(port);
  one.send_bytes("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  one.read_until("/1:");
  TestClient two(port);
  EXPECT_EQ(two.read_to_end(), "");
  EXPECT_EQ(counters().connections_refused, 1u);
  one.close();
  wait_for([this] { return server->open_connections() == 0; });
  TestClient three(port);
  three.send_bytes("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(three.read_until("/3:"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(ServerTest, tells_the_handler_when_the_client_leaves_and_lets_it_ask_who_it_was) {
  std::string peer;
  script.when_abort = [&](ScriptedHandler& self, AbortCause) { peer = self.exchange->peer(); };
  start();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([this] { return !handlers.empty() && handlers[0]->ended; });
  client.close();
  wait_for([this] { return !handlers[0]->aborts.empty(); });
  EXPECT_EQ(on_loop([this] { return handlers[0]->aborts; }),
            std::vector<AbortCause>{AbortCause::kClientClosed});
  EXPECT_THAT(on_loop([&] { return peer; }), StartsWith("127.0.0.1:"));
  wait_for([this] { return released == 1; });
}

TEST_F(ServerTest, a_silent_connection_gives_its_handler_back_and_gets_one_again) {
  script.when_end = [](ScriptedHandler& self) { self.reply(200, "here"); };
  start();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_until("here"), StartsWith("HTTP/1.1 200 "));
  wait_for([this] { return released == 1; });
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_until("here"), StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(on_loop([this] { return acquired; }), 2u);
}

TEST_F(ServerTest, passes_bytes_as_they_are_once_it_has_switched_protocols) {
  script.when_end = [](ScriptedHandler& self) {
    self.exchange->switch_protocols("echo", "x-mine: 1\r\n");
  };
  script.when_body = [](ScriptedHandler& self, std::string_view bytes) {
    self.exchange->body(bytes);
    if (self.body.ends_with("bye")) self.exchange->finish();
  };
  start();
  TestClient client(port);
  client.send_bytes(
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nearly");
  const std::string head = client.read_until("\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 101 Switching Protocols\r\n"));
  EXPECT_THAT(head, EndsWith("x-mine: 1\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n"));
  EXPECT_EQ(client.read_exactly(5), "early");
  client.send_bytes("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(client.read_exactly(18), "GET / HTTP/1.1\r\n\r\n");
  client.send_bytes("bye");
  EXPECT_EQ(client.read_to_end(), "bye");
}

TEST_F(ServerTest, tells_the_handler_when_the_client_of_a_switched_connection_leaves) {
  script.when_end = [](ScriptedHandler& self) { self.exchange->switch_protocols("echo", ""); };
  start();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
  EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 101 "));
  client.close();
  wait_for([this] { return !handlers[0]->aborts.empty(); });
  EXPECT_EQ(on_loop([this] { return handlers[0]->aborts; }),
            std::vector<AbortCause>{AbortCause::kClientClosed});
}

TEST_F(ServerTest, an_aborted_answer_is_cut) {
  script.when_end = [](ScriptedHandler& self) {
    self.exchange->respond({});
    self.exchange->body("part");
    self.exchange->abort();
  };
  start();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), Not(HasSubstr("0\r\n\r\n")));
}

TEST_F(ServerTest, less_than_the_promised_length_is_a_cut) {
  script.when_end = [](ScriptedHandler& self) {
    ResponseStart start;
    start.content_length = 10;
    self.exchange->respond(start);
    self.exchange->body("short");
    self.exchange->finish();
  };
  start();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_to_end();
  EXPECT_EQ(on_loop([this] { return server->open_connections(); }), 0u);
}

TEST_F(ServerTest, streams_a_large_answer_under_back_pressure) {
  constexpr size_t kTotal = size_t{8} * 1024 * 1024;
  size_t left = kTotal;
  bool was_congested = false;
  const auto pump = [&](ScriptedHandler& self) {
    const std::string piece(32 * 1024, 'q');
    while (left > 0 && !self.exchange->congested()) {
      self.exchange->body(piece);
      left -= piece.size();
    }
    was_congested = was_congested || self.exchange->congested();
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
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until("\r\n\r\n");
  EXPECT_EQ(client.read_exactly(kTotal).size(), kTotal);
  EXPECT_TRUE(on_loop([&] { return was_congested; }));
}

TEST_F(ServerTest, gives_up_on_a_client_that_takes_nothing) {
  script.when_end = [](ScriptedHandler& self) {
    self.exchange->respond({});
    self.exchange->body(std::string(16 * 1024 * 1024, 'x'));
  };
  ServerLimits limits;
  limits.idle_timeout = milliseconds(50);
  start(limits);
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([this] { return !handlers.empty() && !handlers[0]->aborts.empty(); });
  EXPECT_EQ(on_loop([this] { return handlers[0]->aborts; }),
            std::vector<AbortCause>{AbortCause::kTooSlow});
}

TEST_F(ServerTest, draining_closes_idle_connections_and_finishes_the_others) {
  script.when_end = [](ScriptedHandler& self) {
    if (self.target == "/idle") self.reply(200, "ok");
  };
  start();
  TestClient idle(port);
  idle.send_bytes("GET /idle HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.read_until("ok");
  TestClient busy(port);
  busy.send_bytes("GET /busy HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([this] { return handlers.size() == 2 && handlers[1]->ended; });
  on_loop([this] { server->drain(IdleConnections::kClose); });
  EXPECT_EQ(idle.read_to_end(), "");
  on_loop([this] { handlers[1]->reply(200, "late"); });
  const std::string answer = busy.read_to_end();
  EXPECT_THAT(answer, HasSubstr("connection: close\r\n"));
  EXPECT_THAT(answer, HasSubstr("late"));
  EXPECT_EQ(on_loop([this] { return server->open_connections(); }), 0u);
}

TEST_F(ServerTest, draining_politely_serves_each_idle_connection_once_more) {
  script.when_end = [](ScriptedHandler& self) {
    if (self.target != "/begun") return self.reply(200, "ok");
    ResponseStart start;
    start.status = 200;
    start.content_length = 4;
    self.exchange->respond(start);
  };
  start();
  TestClient fresh(port);  // accepted, and nothing read of it yet
  TestClient idle(port);
  idle.send_bytes("GET /idle HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.read_until("ok");
  TestClient begun(port);
  begun.send_bytes("GET /begun HTTP/1.1\r\nHost: x\r\n\r\n");
  begun.read_until("\r\n\r\n");
  wait_for([this] { return server->open_connections() == 3; });
  on_loop([this] { server->drain(IdleConnections::kServeOnce); });
  for (TestClient* client : {&fresh, &idle}) {
    client->send_bytes("GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client->read_to_end();
    EXPECT_THAT(answer, HasSubstr("connection: close\r\n"));
    EXPECT_THAT(answer, HasSubstr("ok"));
  }
  // Its head had promised that the connection goes on.
  on_loop([this] {
    for (auto& handler : handlers) {
      if (handler->target != "/begun") continue;
      handler->exchange->body("late");
      handler->exchange->finish();
    }
  });
  begun.read_until("late");
  begun.send_bytes("GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(begun.read_to_end(), HasSubstr("connection: close\r\n"));
  EXPECT_EQ(on_loop([this] { return server->open_connections(); }), 0u);
}

TEST_F(ServerTest, what_is_idle_for_too_long_in_a_polite_drain_is_closed) {
  start();
  TestClient client(port);
  wait_for([this] { return server->open_connections() == 1; });
  on_loop([this] { server->drain(IdleConnections::kServeOnce); });
  on_loop([this] { server->drain(IdleConnections::kClose); });
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ServerTest, shutting_down_aborts_what_is_open_and_returns_every_handler) {
  start();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([this] { return !handlers.empty() && handlers[0]->ended; });
  stop();
  EXPECT_EQ(handlers[0]->aborts, std::vector<AbortCause>{AbortCause::kShutdown});
  EXPECT_EQ(released, acquired);
}

}  // namespace
}  // namespace slipway::serve
