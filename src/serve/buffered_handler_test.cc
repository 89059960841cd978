#include "serve/buffered_handler.h"

#include <gmock/gmock.h>

#include <mutex>
#include <optional>
#include <stdexcept>

#include "serve/long_threads.h"
#include "serve/serve_fixture_test.h"

namespace slipway::serve {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

struct LambdaAnswerer : Answerer {
  void answer(Request request, Responder responder) override {
    function(std::move(request), std::move(responder));
  }
  std::function<void(Request, Responder)> function;
};

struct BufferedHandlerTest : ServeTest {
  void begin(BufferedSource::Limits limits = {}, size_t threads = 2, size_t queue = 0) {
    pool = std::make_unique<os::ThreadPool>("answer", threads, queue);
    // The source needs the reactor, which the fixture makes: it stands in front of it.
    struct Lazy : HandlerSource {
      explicit Lazy(BufferedHandlerTest& owner) : test(owner) {}
      RequestHandler& acquire() override {
        if (!source) {
          source = std::make_unique<BufferedSource>(*test.reactor, *test.pool, test.answerer,
                                                    test.body_limits);
        }
        return source->acquire();
      }
      void release(RequestHandler& handler) override { source->release(handler); }
      BufferedHandlerTest& test;
      std::unique_ptr<BufferedSource> source;
    };
    body_limits = limits;
    lazy = std::make_unique<Lazy>(*this);
    start_with(*lazy);
  }
  void TearDown() override {
    stop();
    pool.reset();
  }

  LambdaAnswerer answerer;
  BufferedSource::Limits body_limits;
  std::unique_ptr<os::ThreadPool> pool;
  std::unique_ptr<HandlerSource> lazy;
};

TEST_F(BufferedHandlerTest, hands_over_a_whole_request_and_sends_the_reply) {
  answerer.function = [](Request request, Responder responder) {
    responder.reply({201,
                     {{"X-Seen", std::string(request.field("x-given"))}, {"Bad\r\nName", "x"}},
                     request.path + "?" + request.query + "=" + request.body});
  };
  begin();
  TestClient client(port);
  for (int i = 0; i < 3; ++i) {
    client.send_bytes(
        "POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nX-Given: yes\r\nContent-Length: 3\r\n\r\nxyz");
    const std::string head = client.read_until("\r\n\r\n");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 201 Created\r\n"));
    EXPECT_THAT(head, HasSubstr("x-seen: yes\r\n"));
    EXPECT_EQ(client.read_exactly(12), "/a/b?c=d=xyz");
  }
}

TEST_F(BufferedHandlerTest, refuses_a_body_over_the_limit_told_or_not) {
  answerer.function = [](Request, Responder responder) { responder.reply({}); };
  begin({10});
  TestClient told(port);
  told.send_bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");
  EXPECT_THAT(told.read_to_end(), StartsWith("HTTP/1.1 413 "));
  TestClient chunked(port);
  chunked.send_bytes(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n");
  EXPECT_THAT(chunked.read_to_end(), StartsWith("HTTP/1.1 413 "));
  TestClient fits(port);
  fits.send_bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789");
  EXPECT_THAT(fits.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(BufferedHandlerTest, an_exception_and_a_forgotten_answer_become_500) {
  answerer.function = [](Request request, Responder) {
    if (request.path == "/throw") throw std::runtime_error("x");
  };
  begin();
  TestClient client(port);
  for (const char* path : {"/throw", "/forget"}) {
    client.send_bytes(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 500 "));
    client.read_until("}");
  }
}

TEST_F(BufferedHandlerTest, an_answer_may_come_later_from_any_thread) {
  std::mutex mutex;
  std::vector<Responder> kept;
  answerer.function = [&](Request, Responder responder) {
    const std::lock_guard lock(mutex);
    kept.push_back(std::move(responder));
  };
  begin({}, 1);
  // More than the pool has threads: none of them is occupied.
  TestClient one(port);
  TestClient two(port);
  one.send_bytes("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n");
  two.send_bytes("GET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([&] {
    const std::lock_guard lock(mutex);
    return kept.size() == 2;
  });
  std::thread other([&] {
    for (Responder& responder : kept) responder.reply({200, {}, "late"});
  });
  other.join();
  one.read_until("\r\n\r\n");
  EXPECT_EQ(one.read_exactly(4), "late");
  two.read_until("\r\n\r\n");
  EXPECT_EQ(two.read_exactly(4), "late");
}

TEST_F(BufferedHandlerTest, answers_503_when_too_many_wait) {
  std::promise<void> gate;
  std::shared_future<void> opened = gate.get_future().share();
  std::atomic<int> begun{0};
  answerer.function = [&, opened](Request, Responder responder) {
    ++begun;
    opened.wait();
    responder.reply({});
  };
  begin({}, 1, 1);
  TestClient first(port);
  first.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([&] { return begun == 1; });
  TestClient second(port);
  second.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([&] { return pool->queued() == 1; });
  TestClient third(port);
  third.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(third.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 503 "));
  gate.set_value();
  EXPECT_THAT(second.read_until("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(BufferedHandlerTest, streams_until_finished) {
  answerer.function = [](Request, Responder responder) {
    auto stream = responder.stream(200, {{"content-type", "text/event-stream"}});
    for (int i = 0; i < 3; ++i) stream->write("data: " + std::to_string(i) + "\n\n");
    stream->finish();
  };
  begin();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_to_end();
  EXPECT_THAT(answer, HasSubstr("content-type: text/event-stream\r\n"));
  EXPECT_THAT(answer, HasSubstr("data: 2\n\n"));
  EXPECT_THAT(answer, testing::EndsWith("0\r\n\r\n"));
}

TEST_F(BufferedHandlerTest, a_forgotten_stream_is_cut) {
  answerer.function = [](Request, Responder responder) {
    responder.stream(200, {})->write("half");
  };
  begin();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_to_end(), testing::Not(HasSubstr("0\r\n\r\n")));
}

TEST_F(BufferedHandlerTest, a_stream_blocks_its_writer_while_the_client_is_slow) {
  LongThreads threads(4);
  constexpr size_t kTotal = size_t{8} * 1024 * 1024;
  std::atomic<bool> waited{false};
  answerer.function = [&](Request, Responder responder) {
    auto stream = responder.stream(200, {});
    ASSERT_TRUE(threads.start([stream, &waited] {
      const std::string piece(64 * 1024, 's');
      for (size_t sent = 0; sent < kTotal; sent += piece.size()) {
        if (!stream->wait_writable(milliseconds(0))) {
          waited = true;
          if (!stream->wait_writable(seconds(20))) return;
        }
        if (!stream->write(piece)) return;
      }
      stream->finish();
    }));
  };
  begin();
  TestClient client(port);
  client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  wait_for([&] { return waited.load(); });
  const std::string answer = client.read_to_end();
  EXPECT_GT(answer.size(), kTotal);
  EXPECT_THAT(answer.substr(answer.size() - 5), "0\r\n\r\n");
}

TEST_F(BufferedHandlerTest, a_stream_learns_that_its_client_left) {
  std::promise<bool> left;
  LongThreads threads(4);
  answerer.function = [&](Request, Responder responder) {
    auto stream = responder.stream(200, {});
    stream->write("hello");
    ASSERT_TRUE(
        threads.start([stream, &left] { left.set_value(stream->wait_closed(seconds(20))); }));
  };
  begin();
  {
    TestClient client(port);
    client.send_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    client.read_until("hello");
  }
  EXPECT_TRUE(left.get_future().get());
}

TEST_F(BufferedHandlerTest, a_stopped_server_frees_those_that_stream_and_those_that_wait) {
  LongThreads threads(4);
  std::mutex mutex;
  std::optional<Responder> kept;
  answerer.function = [&](Request request, Responder responder) {
    if (request.path == "/later") {
      const std::lock_guard lock(mutex);
      kept.emplace(std::move(responder));
      return;
    }
    auto stream = responder.stream(200, {});
    ASSERT_TRUE(threads.start([stream] {
      while (stream->write("x") && stream->wait_writable(seconds(20))) {
      }
    }));
  };
  begin();
  TestClient streaming(port);
  streaming.send_bytes("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  streaming.read_until("x\r\n");
  TestClient waiting(port);
  waiting.send_bytes("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  wait_for([&] {
    const std::lock_guard lock(mutex);
    return kept.has_value();
  });
  stop();
  EXPECT_TRUE(kept->closed());
  kept->reply({});  // into the void, and safely so
}

TEST(LongThreads, refuses_more_than_it_may_run) {
  std::promise<void> gate;
  LongThreads threads(1);
  ASSERT_TRUE(threads.start([&gate] { gate.get_future().wait(); }));
  EXPECT_FALSE(threads.start([] {}));
  gate.set_value();
}

}  // namespace
}  // namespace slipway::serve
