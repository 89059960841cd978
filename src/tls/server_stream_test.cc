#include "tls/server_stream.h"

#include <array>
#include <cerrno>
#include <memory>

#include "tls/memory_client_test.h"

namespace slipway::tls {
namespace {

constexpr std::string_view kPlainAnswer = "HTTP/1.1 400 Bad Request\r\n\r\nspeak TLS";

struct ServerStreamTest : testing::Test {
  void SetUp() override {
    reactor = std::move(*os::make_reactor());
    identity.certificates = {certificate_for({"one.example"}),
                             certificate_for({"two.example", "*.two.example"})};
    identity.ticket_keys = *TicketKeys::make();
    context = std::move(*ServerContext::make(identity, std::string(kPlainAnswer)));
    acceptor = std::make_unique<Acceptor>(*reactor, *context, handler);
  }

  // One turn of the loop: what is owed is told.
  void turn() {
    reactor->post([this] { reactor->stop(); });
    reactor->run();
  }
  void accept() { stream = acceptor->on_accept(below); }
  void deliver(std::string_view bytes, size_t piece = std::string::npos) {
    while (!bytes.empty()) {
      stream->on_bytes(bytes.substr(0, piece));
      bytes.remove_prefix(std::min(piece, bytes.size()));
    }
  }
  std::string taken() { return std::exchange(below.sent, {}); }
  // False: one side refused.
  bool shake_hands(MemoryClient& client, size_t piece = std::string::npos) {
    accept();
    for (int round = 0; round < 5; ++round) {
      const bool done = client.shake_hands();
      const std::string said = client.say();
      if (done && said.empty()) return true;
      deliver(said, piece);
      const std::string answer = taken();
      client.hear(answer);
      if (done) return handler.closed_by.empty();
      if (answer.empty() || !handler.closed_by.empty()) return false;
    }
    return false;
  }

  FakeHandler handler;
  FakeStream below;
  std::unique_ptr<os::Reactor> reactor;
  ServerIdentity identity;
  std::unique_ptr<ServerContext> context;
  std::unique_ptr<Acceptor> acceptor;
  os::StreamHandler* stream = nullptr;
};

TEST_F(ServerStreamTest, carries_bytes_both_ways_over_both_versions) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    MemoryClient client(version);
    ASSERT_TRUE(shake_hands(client));
    handler.received.clear();
    deliver(client.encrypt("a request"));
    EXPECT_EQ(handler.received, "a request");
    handler.stream->write("head, ", "body, ", "tail");
    client.hear(taken());
    EXPECT_EQ(client.read_all(), "head, body, tail");
    EXPECT_EQ(SSL_version(client.ssl()), version);
    EXPECT_TRUE(handler.stream->encrypted());
    EXPECT_EQ(handler.stream->tls_version(), version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
    EXPECT_EQ(handler.stream->peer(), "192.0.2.7:5000");
    handler.stream->close();
    turn();
  }
  EXPECT_EQ(context->counters().handshakes, 2u);
}

TEST_F(ServerStreamTest, takes_bytes_one_at_a_time) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client, 1));
  deliver(client.encrypt("slowly"), 1);
  EXPECT_EQ(handler.received, "slowly");
}

TEST_F(ServerStreamTest, takes_what_comes_together_with_the_end_of_the_handshake) {
  MemoryClient client;
  accept();
  ASSERT_FALSE(client.shake_hands());
  deliver(client.say());
  client.hear(taken());
  ASSERT_TRUE(client.shake_hands());
  std::string bytes = client.say();
  bytes += client.encrypt("at once");
  deliver(bytes);
  EXPECT_EQ(handler.received, "at once");
}

TEST_F(ServerStreamTest, carries_big_bodies_both_ways) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    MemoryClient client(version);
    ASSERT_TRUE(shake_hands(client));
    handler.received.clear();
    std::string big;
    for (size_t i = 0; big.size() < 3'000'000; ++i) big += std::to_string(i * 2654435761U);
    deliver(client.encrypt(big), 65'536);
    EXPECT_TRUE(handler.received == big) << handler.received.size();
    handler.stream->write("head", big, "tail");
    client.hear(taken());
    EXPECT_TRUE(client.read_all() == "head" + big + "tail");
    handler.stream->close();
    turn();
  }
}

TEST_F(ServerStreamTest, sends_small_parts_in_one_record_and_one_write) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  const int writes = below.writes;
  handler.stream->write("HTTP/1.1 200 OK\r\n\r\n", "body");
  EXPECT_EQ(below.writes, writes + 1);
  const std::string record = taken();
  ASSERT_GT(record.size(), 5u);
  const size_t length =
      static_cast<unsigned char>(record[3]) * 256U + static_cast<unsigned char>(record[4]);
  EXPECT_EQ(record.size(), length + 5);
}

TEST_F(ServerStreamTest, chooses_the_certificate_by_name) {
  const std::vector<std::pair<const char*, size_t>> cases = {
      {nullptr, 0},         {"one.example", 0},     {"two.example", 1},     {"TWO.example", 1},
      {"a.two.example", 1}, {"b.a.two.example", 0}, {"unknown.example", 0},
  };
  for (const auto& [host, expected] : cases) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      MemoryClient client(version, host);
      ASSERT_TRUE(shake_hands(client));
      EXPECT_TRUE(client.was_shown(identity.certificates[expected]))
          << (host == nullptr ? "no name" : host);
      handler.stream->close();
      turn();
    }
  }
}

TEST_F(ServerStreamTest, shows_a_new_certificate_to_new_connections_and_keeps_the_old_ones) {
  MemoryClient before;
  ASSERT_TRUE(shake_hands(before));
  os::StreamHandler* old_stream = stream;
  os::Stream* old_answers = handler.stream;
  ServerIdentity next{{certificate_for({"one.example"})}, *TicketKeys::make()};
  ASSERT_TRUE(context->replace(next));
  MemoryClient after;
  ASSERT_TRUE(shake_hands(after));
  EXPECT_TRUE(after.was_shown(next.certificates[0]));
  EXPECT_FALSE(after.was_shown(identity.certificates[0]));
  old_stream->on_bytes(before.encrypt("still here"));
  EXPECT_EQ(handler.received, "still here");
  old_answers->write("yes");
  before.hear(taken());
  EXPECT_EQ(before.read_all(), "yes");
}

TEST_F(ServerStreamTest, keeps_its_certificates_when_the_new_ones_are_none) {
  ServerIdentity wrong{{{identity.certificates[0].chain, identity.certificates[1].key}},
                       identity.ticket_keys};
  EXPECT_FALSE(context->replace(wrong));
  EXPECT_FALSE(context->replace({{}, identity.ticket_keys}));
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  EXPECT_TRUE(client.was_shown(identity.certificates[0]));
}

TEST_F(ServerStreamTest, resumes_a_session_on_another_context_with_the_same_ticket_keys) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    MemoryClient first(version);
    ASSERT_TRUE(shake_hands(first));
    first.read_all();  // the tickets of TLS 1.3 come behind the handshake
    const std::unique_ptr<SSL_SESSION, Deleter<SSL_SESSION_free>> session(
        SSL_get1_session(first.ssl()));
    handler.stream->close();
    turn();
    context = std::move(*ServerContext::make(identity, ""));
    acceptor = std::make_unique<Acceptor>(*reactor, *context, handler);
    MemoryClient second(version, nullptr, session.get());
    ASSERT_TRUE(shake_hands(second));
    EXPECT_EQ(context->counters().resumed, 1u);
    handler.stream->close();
    turn();
  }
}

TEST_F(ServerStreamTest, refuses_what_is_older_than_1_2) {
  MemoryClient client(TLS1_1_VERSION);
  EXPECT_FALSE(shake_hands(client));
  EXPECT_EQ(handler.closed_by, std::vector<int>{EPROTO});
  EXPECT_TRUE(below.closed_after_flush);
  EXPECT_EQ(context->counters().failed_handshakes, 1u);
}

TEST_F(ServerStreamTest, prefers_http_2_and_agrees_on_nothing_it_cannot_speak) {
  const auto offer = [](MemoryClient& client, std::string_view protocols) {
    SSL_set_alpn_protos(client.ssl(), reinterpret_cast<const unsigned char*>(protocols.data()),
                        static_cast<unsigned>(protocols.size()));
  };
  const auto chosen = [](MemoryClient& client) {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &name, &size);
    return std::string(reinterpret_cast<const char*>(name), size);
  };
  MemoryClient both;
  offer(both, "\x08http/1.1\x02h2");
  ASSERT_TRUE(shake_hands(both));
  EXPECT_EQ(chosen(both), "h2");
  MemoryClient only_one;
  offer(only_one, "\x08http/1.1");
  ASSERT_TRUE(shake_hands(only_one));
  EXPECT_EQ(chosen(only_one), "http/1.1");
  MemoryClient only_three;
  offer(only_three, "\x02h3");
  EXPECT_FALSE(shake_hands(only_three));
}

TEST_F(ServerStreamTest, tells_a_client_without_tls_what_is_wrong) {
  accept();
  deliver("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1);
  EXPECT_EQ(below.sent, kPlainAnswer);
  EXPECT_TRUE(below.closed_after_flush);
  EXPECT_EQ(handler.closed_by, std::vector<int>{EPROTO});
  EXPECT_EQ(handler.received, "");
  EXPECT_EQ(context->counters().plain_requests, 1u);
}

TEST_F(ServerStreamTest, closes_on_nonsense) {
  accept();
  deliver(std::string("\x16\x03\x01\x00\x05hello", 10));
  EXPECT_EQ(handler.closed_by, std::vector<int>{EPROTO});
  EXPECT_TRUE(below.closed_after_flush);
}

TEST_F(ServerStreamTest, closes_on_a_record_that_was_changed_and_says_so) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  std::string record = client.encrypt("a request");
  record[record.size() - 3] ^= 1;
  deliver(record);
  EXPECT_EQ(handler.received, "");
  EXPECT_EQ(handler.closed_by, std::vector<int>{EPROTO});
  EXPECT_TRUE(below.closed_after_flush);
  EXPECT_EQ(context->counters().broken, 1u);
  client.hear(taken());
  client.read_all();
  EXPECT_FALSE(client.was_told_goodbye());
  EXPECT_NE(last_error(), "no reason given");
  turn();
  deliver("late");  // a stream that is back in its pool is deaf
  EXPECT_EQ(handler.closed_by.size(), 1u);
}

TEST_F(ServerStreamTest, hands_on_what_came_before_the_broken_record) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  std::string records = client.encrypt("good");
  std::string broken = client.encrypt("bad");
  broken.back() ^= 1;
  deliver(records + broken);
  EXPECT_EQ(handler.received, "good");
  EXPECT_EQ(handler.closed_by, std::vector<int>{EPROTO});
}

TEST_F(ServerStreamTest, refuses_to_negotiate_again) {
  MemoryClient client(TLS1_2_VERSION);
  ASSERT_TRUE(shake_hands(client));
  SSL_renegotiate(client.ssl());
  client.shake_hands();
  deliver(client.say());
  client.hear(taken());
  EXPECT_FALSE(client.shake_hands());
  EXPECT_EQ(context->counters().handshakes, 1u);
}

TEST_F(ServerStreamTest, ends_a_client_that_asks_for_new_keys_and_nothing_else) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  for (int i = 0; i < 10'000 && handler.closed_by.empty(); ++i) {
    SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED);
    client.shake_hands();
    deliver(client.say());
    client.hear(taken());
    client.read_all();
  }
  EXPECT_EQ(handler.closed_by, std::vector<int>{EPROTO});
}

TEST_F(ServerStreamTest, goes_on_after_new_keys) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  SSL_key_update(client.ssl(), SSL_KEY_UPDATE_REQUESTED);
  deliver(client.encrypt("with new keys"));
  EXPECT_EQ(handler.received, "with new keys");
  handler.stream->write("understood");
  client.hear(taken());
  EXPECT_EQ(client.read_all(), "understood");
}

TEST_F(ServerStreamTest, tells_the_clients_goodbye_as_its_end_and_still_answers) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  std::string last = client.encrypt("last words");
  SSL_shutdown(client.ssl());
  last += client.say();
  deliver(last);
  EXPECT_EQ(handler.received, "last words");
  EXPECT_EQ(handler.ends, 1);
  handler.stream->write("an answer");
  handler.stream->close_after_flush(os::Stream::Unread::kNone);
  client.hear(taken());
  EXPECT_EQ(client.read_all(), "an answer");
  EXPECT_TRUE(client.was_told_goodbye());
  EXPECT_TRUE(below.closed_after_flush);
}

TEST_F(ServerStreamTest, tells_the_end_once_when_the_connection_ends_behind_the_goodbye) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  SSL_shutdown(client.ssl());
  deliver(client.say());
  stream->on_end();
  EXPECT_EQ(handler.ends, 1);
}

TEST_F(ServerStreamTest, tells_an_end_without_goodbye_also_within_the_handshake) {
  accept();
  stream->on_end();
  EXPECT_EQ(handler.ends, 1);
}

TEST_F(ServerStreamTest, closes_an_aborted_answer_without_goodbye) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  handler.stream->write("half");
  handler.stream->close();
  client.hear(taken());
  EXPECT_EQ(client.read_all(), "half");
  EXPECT_FALSE(client.was_told_goodbye());
  EXPECT_TRUE(below.closed);
}

TEST_F(ServerStreamTest, keeps_what_arrives_while_reads_are_paused) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  bool pausing = true;
  handler.when_bytes = [&](std::string_view) {
    if (pausing) handler.stream->pause_reads();
  };
  std::string big(200'000, 'x');
  std::string records = client.encrypt("first");
  records += client.encrypt(big);
  deliver(records);
  EXPECT_TRUE(below.paused);
  EXPECT_EQ(handler.deliveries, 1);
  EXPECT_LT(handler.received.size(), big.size());
  deliver(client.encrypt("more"));
  EXPECT_EQ(handler.deliveries, 1);
  pausing = false;
  handler.stream->resume_reads();
  EXPECT_EQ(handler.deliveries, 1) << "told from inside resume_reads()";
  turn();
  EXPECT_TRUE(handler.received == "first" + big + "more") << handler.received.size();
  EXPECT_FALSE(below.paused);
}

TEST_F(ServerStreamTest, may_be_closed_from_inside_a_callback) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  handler.when_bytes = [&](std::string_view) {
    handler.stream->write("bye");
    handler.stream->close_after_flush(os::Stream::Unread::kNone);
  };
  std::string records = client.encrypt("one");
  records += client.encrypt(std::string(100'000, 'y'));
  deliver(records);
  EXPECT_EQ(handler.deliveries, 1);
  EXPECT_TRUE(handler.closed_by.empty());
  client.hear(taken());
  EXPECT_EQ(client.read_all(), "bye");
}

TEST_F(ServerStreamTest, hands_on_that_the_connection_broke_with_its_peer_still_known) {
  MemoryClient client;
  ASSERT_TRUE(shake_hands(client));
  below.backlog = 77;
  EXPECT_EQ(handler.stream->unsent(), 77u);
  stream->on_drained();
  EXPECT_EQ(handler.drains, 1);
  stream->on_closed(ECONNRESET);
  EXPECT_EQ(handler.closed_by, std::vector<int>{ECONNRESET});
  handler.stream->write("to nobody");
  handler.stream->close();
  EXPECT_FALSE(below.closed);
}

TEST_F(ServerStreamTest, says_nothing_before_the_handshake_and_closes_without_it) {
  accept();
  handler.stream->write("too early");
  handler.stream->close_after_flush(os::Stream::Unread::kDiscard);
  EXPECT_EQ(below.sent, "");
  EXPECT_TRUE(below.closed_after_flush);
}

TEST_F(ServerStreamTest, hands_a_refusal_of_the_server_on) {
  handler.refuses = true;
  EXPECT_EQ(acceptor->on_accept(below), nullptr);
  EXPECT_FALSE(below.closed);
}

}  // namespace
}  // namespace slipway::tls
