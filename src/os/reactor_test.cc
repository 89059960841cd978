#include "os/reactor.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "os/fd.h"
#include "os/reactor_kind_test.h"
#include "os/socket.h"
#include "os/temporary_directory_test.h"

namespace slipway::os {
namespace {

using std::chrono::milliseconds;

// A handler made of lambdas, which records what happened to it.
struct Recorder : StreamHandler {
  void on_connected() override {
    connected = true;
    if (when_connected) when_connected();
  }
  void on_bytes(std::string_view bytes) override {
    received += bytes;
    if (when_bytes) when_bytes(bytes);
  }
  void on_end() override {
    ended = true;
    if (when_ended) when_ended();
  }
  void on_closed(int error_number) override {
    closed = true;
    error = error_number;
    stream = nullptr;
    if (when_closed) when_closed();
  }
  void on_drained() override {
    ++drained;
    if (when_drained) when_drained();
  }

  Stream* stream = nullptr;
  std::string received;
  bool connected = false;
  bool ended = false;
  bool closed = false;
  int error = 0;
  int drained = 0;
  std::function<void()> when_connected;
  std::function<void(std::string_view)> when_bytes;
  std::function<void()> when_ended;
  std::function<void()> when_closed;
  std::function<void()> when_drained;
};

struct LambdaAcceptor : Acceptor {
  StreamHandler* on_accept(Stream& stream) override { return accept(stream); }
  std::function<StreamHandler*(Stream&)> accept;
};

// A peer that is no stream of the loop.
UniqueFd plain_client(uint16_t port) {
  UniqueFd peer(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(peer.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) peer.reset();
  return peer;
}

struct ReactorTest : testing::TestWithParam<ReactorKind> {
  void SetUp() override {
    if (const auto lack = lacks_for_test(GetParam()); !lack.empty()) GTEST_SKIP() << lack;
    auto made = make_reactor(GetParam());
    ASSERT_TRUE(made) << made.error().message;
    ASSERT_EQ((*made)->kind(), GetParam());
    reactor = std::move(*made);
    auto fd = listen_tcp({"127.0.0.1", 0});
    ASSERT_TRUE(fd) << fd.error().message;
    listen_fd = std::move(*fd);
    port = *local_port(listen_fd.get());
    acceptor.accept = [this](Stream& stream) {
      server.stream = &stream;
      return &server;
    };
    ASSERT_TRUE(reactor->listen(listen_fd.get(), acceptor));
  }

  // Runs the loop until `done` holds, looked at between turns of 1 ms at most.
  void run_until(std::function<bool()> done) {
    struct Poll {
      Reactor& reactor;
      std::function<bool()>& done;
      int turns = 0;
      Timer timer{[](void* self) { static_cast<Poll*>(self)->look(); }, this};
      void look() {
        if (done() || ++turns > 20'000) return reactor.stop();
        reactor.arm(timer, milliseconds(0));
      }
    } poll{*reactor, done};
    poll.look();
    reactor->run();
    ASSERT_TRUE(done()) << "the condition never came to hold";
  }

  void connect_client() {
    client.stream = reactor->connect(TcpAddress{"127.0.0.1", port}, client);
    ASSERT_NE(client.stream, nullptr);
  }

  std::unique_ptr<Reactor> reactor;
  UniqueFd listen_fd;
  uint16_t port = 0;
  LambdaAcceptor acceptor;
  Recorder server;
  Recorder client;
};

// UBSan looks at memory through a pipe: without descriptors it takes every object for a bad one.
#if defined(__has_feature)
#if __has_feature(undefined_behavior_sanitizer)
#define SLIPWAY_NEEDS_DESCRIPTORS
#endif
#endif

TEST(ReactorProbe, says_why_io_uring_cannot_be_had) {
#ifdef SLIPWAY_NEEDS_DESCRIPTORS
  GTEST_SKIP() << "UBSan needs descriptors of its own";
#endif
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const Result<void> usable = probe_io_uring();
  const auto made = make_reactor(ReactorKind::kIoUring);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_FALSE(usable);
  EXPECT_EQ(usable.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(usable.error().message, testing::HasSubstr("gives no io_uring"));
  EXPECT_FALSE(made);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ReactorTest,
                         testing::Values(ReactorKind::kEpoll, ReactorKind::kIoUring),
                         [](const auto& kind) { return std::string(to_string(kind.param)); });

TEST_P(ReactorTest, delivers_bytes_both_ways) {
  connect_client();
  client.stream->write("ping");
  server.when_bytes = [&](std::string_view) { server.stream->write("po", "ng"); };
  run_until([&] { return client.received == "pong"; });
  EXPECT_TRUE(client.connected);
  EXPECT_EQ(server.received, "ping");
  EXPECT_THAT(std::string(server.stream->peer()), testing::StartsWith("127.0.0.1:"));
  EXPECT_EQ(client.stream->peer(), "127.0.0.1:" + std::to_string(port));
}

TEST_P(ReactorTest, connects_over_a_unix_socket_and_tells_so_later) {
  const auto path =
      std::filesystem::path(testing::TempDir()) / ("reactor-" + std::to_string(getpid()) + ".sock");
  auto fd = listen_unix({path.string()});
  ASSERT_TRUE(fd) << fd.error().message;
  ASSERT_TRUE(reactor->listen(fd->get(), acceptor));
  client.stream = reactor->connect(UnixAddress{path.string()}, client);
  ASSERT_NE(client.stream, nullptr);
  EXPECT_FALSE(client.connected);
  client.stream->write("hello");
  run_until([&] { return server.received == "hello" && client.connected; });
  EXPECT_EQ(server.stream->peer(), "unix");
  reactor->unlisten(fd->get());
  std::filesystem::remove(path);
}

// Where the kernel would ask again by itself if it were TCP.
struct FullBacklog : ReactorTest {
  // Client waits behind `first`, which is connected and has not been accepted.
  void connect_behind_another() {
    auto fd = listen_unix({path}, {.backlog = 0});
    ASSERT_TRUE(fd) << fd.error().message;
    local = std::move(*fd);
    first.stream = reactor->connect(UnixAddress{path}, first);
    client.stream = reactor->connect(UnixAddress{path}, client);
    ASSERT_NE(client.stream, nullptr);
    client.stream->write("hello");
    int turns = 0;
    run_until([&] { return first.connected && ++turns > 20; });
    EXPECT_FALSE(client.connected || client.closed);
  }
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "x.sock";
  UniqueFd local;
  Recorder first;
};

INSTANTIATE_TEST_SUITE_P(Kinds, FullBacklog,
                         testing::Values(ReactorKind::kEpoll, ReactorKind::kIoUring),
                         [](const auto& kind) { return std::string(to_string(kind.param)); });

TEST_P(FullBacklog, of_a_unix_socket_is_waited_for) {
  connect_behind_another();
  const UniqueFd accepted(accept4(local.get(), nullptr, nullptr, SOCK_CLOEXEC));
  ASSERT_TRUE(accepted);
  ASSERT_TRUE(reactor->listen(local.get(), acceptor));
  run_until([&] { return server.received == "hello" && client.connected; });
  server.stream->write("and back");
  run_until([&] { return client.received == "and back"; });
  reactor->unlisten(local.get());
}

TEST_P(FullBacklog, that_nobody_wants_any_more_is_told_nothing) {
  connect_behind_another();
  client.stream->close();
  const UniqueFd accepted(accept4(local.get(), nullptr, nullptr, SOCK_CLOEXEC));
  int turns = 0;
  run_until([&] { return ++turns > 20; });
  EXPECT_FALSE(client.connected || client.closed);
}

TEST_P(FullBacklog, whose_socket_goes_is_a_failed_connect) {
  connect_behind_another();
  std::filesystem::remove(path);
  run_until([&] { return client.closed; });
  EXPECT_EQ(client.error, ENOENT);
}

// Who may write to a socket's folder must not choose where we connect to.
TEST_P(ReactorTest, follows_no_link_to_a_unix_socket) {
  const TemporaryDirectory directory;
  auto fd = listen_unix({(directory.path() / "x.sock").string()});
  ASSERT_TRUE(fd) << fd.error().message;
  std::filesystem::create_symlink("x.sock", directory.path() / "link");
  client.stream = reactor->connect(UnixAddress{directory.path() / "link"}, client);
  ASSERT_NE(client.stream, nullptr);
  run_until([&] { return client.closed; });
  EXPECT_EQ(client.error, EACCES);
}

TEST_P(ReactorTest, does_not_pace_what_stays_on_this_machine) {
  client.stream = reactor->connect(TcpAddress{"127.0.0.1", port}, client);
  run_until([&] { return client.connected && server.stream != nullptr; });
  int told = 0;
  for (const std::filesystem::path& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    const int fd = std::stoi(entry.filename());
    std::array<char, 16> name{};
    socklen_t size = name.size();
    sockaddr_storage peer{};
    socklen_t peer_size = sizeof peer;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0 ||
        getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name.data(), &size) != 0) {
      continue;
    }
    EXPECT_STREQ(name.data(), "reno");
    ++told;
  }
  EXPECT_EQ(told, 2);
}

TEST_P(ReactorTest, reports_a_refused_connect_from_the_loop) {
  auto unused = listen_tcp({"127.0.0.1", 0});
  const uint16_t dead_port = *local_port(unused->get());
  unused->reset();
  client.stream = reactor->connect(TcpAddress{"127.0.0.1", dead_port}, client);
  ASSERT_NE(client.stream, nullptr);
  EXPECT_FALSE(client.closed);
  run_until([&] { return client.closed; });
  EXPECT_EQ(client.error, ECONNREFUSED);
  EXPECT_FALSE(client.connected);
}

TEST_P(ReactorTest, reports_a_missing_unix_socket_also_when_asked_from_a_timer) {
  bool asked = false;
  struct Ask {
    ReactorTest& test;
    bool& asked;
  } ask{*this, asked};
  Timer timer(
      [](void* context) {
        auto& self = *static_cast<Ask*>(context);
        self.test.reactor->connect(UnixAddress{"/nonexistent/x.sock"}, self.test.client);
        self.asked = true;
      },
      &ask);
  reactor->arm(timer, milliseconds(1));
  run_until([&] { return client.closed; });
  EXPECT_TRUE(asked);
  EXPECT_EQ(client.error, ENOENT);
}

TEST_P(ReactorTest, a_half_closed_peer_can_still_be_answered) {
  const UniqueFd peer = plain_client(port);
  ASSERT_TRUE(peer);
  ASSERT_EQ(send(peer.get(), "question", 8, 0), 8);
  ASSERT_EQ(shutdown(peer.get(), SHUT_WR), 0);
  int turns_after_end = 0;
  run_until([&] { return server.ended && ++turns_after_end > 3; });
  EXPECT_EQ(server.received, "question");
  EXPECT_FALSE(server.closed);
  server.stream->write("answer");
  server.stream->close_after_flush();
  std::string got(6, 0);
  ASSERT_EQ(recv(peer.get(), got.data(), 6, MSG_WAITALL), 6);
  EXPECT_EQ(got, "answer");
}

TEST_P(ReactorTest, an_idle_stream_reports_that_its_peer_closed) {
  connect_client();
  run_until([&] { return client.connected && server.stream != nullptr; });
  server.stream->close();
  run_until([&] { return client.ended; });
  EXPECT_FALSE(client.closed);
  client.stream->close();
}

TEST_P(ReactorTest, echoes_ten_mebibytes_under_back_pressure) {
  constexpr size_t kTotal = size_t{10} * 1024 * 1024;
  std::string sent(kTotal, 0);
  for (size_t i = 0; i < kTotal; ++i) sent[i] = static_cast<char>('a' + (i * 31 + i / 4096) % 26);
  connect_client();
  size_t most_unsent = 0;
  server.when_bytes = [&](std::string_view bytes) {
    server.stream->write(bytes);
    most_unsent = std::max(most_unsent, server.stream->unsent());
    if (server.stream->above_high_watermark()) server.stream->pause_reads();
  };
  server.when_drained = [&] { server.stream->resume_reads(); };
  client.stream->write(sent);
  // The client reads only now and then, so that the server's side fills up.
  int reads = 0;
  client.when_bytes = [&](std::string_view) {
    if (++reads % 4 == 0) client.stream->pause_reads();
  };
  run_until([&] {
    if (client.stream != nullptr) client.stream->resume_reads();
    return client.received.size() >= kTotal;
  });
  server.received.clear();
  EXPECT_TRUE(client.received == sent);
  EXPECT_LE(most_unsent, Stream::kHighWatermark + 64 * 1024);
}

TEST_P(ReactorTest, paused_reads_keep_bytes_until_resumed) {
  connect_client();
  run_until([&] { return server.stream != nullptr && client.connected; });
  server.stream->pause_reads();
  client.stream->write("later");
  int turns = 0;
  run_until([&] { return ++turns > 5; });
  EXPECT_EQ(server.received, "");
  server.stream->resume_reads();
  run_until([&] { return server.received == "later"; });
}

TEST_P(ReactorTest, paused_bytes_of_a_unix_peer_that_left_are_not_lost) {
  const auto path = std::filesystem::path(testing::TempDir()) /
                    ("reactor-left-" + std::to_string(getpid()) + ".sock");
  auto fd = listen_unix({path.string()});
  ASSERT_TRUE(fd);
  ASSERT_TRUE(reactor->listen(fd->get(), acceptor));
  acceptor.accept = [&](Stream& stream) {
    server.stream = &stream;
    stream.pause_reads();
    return &server;
  };
  client.stream = reactor->connect(UnixAddress{path.string()}, client);
  client.stream->write("last words");
  client.stream->close();
  int turns = 0;
  run_until([&] { return server.stream != nullptr && ++turns > 5; });
  EXPECT_EQ(server.received, "");
  server.stream->resume_reads();
  run_until([&] { return server.ended; });
  EXPECT_EQ(server.received, "last words");
  reactor->unlisten(fd->get());
  std::filesystem::remove(path);
}

TEST_P(ReactorTest, close_inside_any_callback_is_safe) {
  // Many pairs, each of which closes itself and another one from inside a callback of the same
  // batch of events.
  constexpr size_t kPairs = 64;
  std::vector<std::unique_ptr<Recorder>> clients;
  std::vector<std::unique_ptr<Recorder>> servers;
  acceptor.accept = [&](Stream& stream) {
    servers.push_back(std::make_unique<Recorder>());
    Recorder* self = servers.back().get();
    self->stream = &stream;
    self->when_bytes = [&, self](std::string_view) {
      Stream* mine = std::exchange(self->stream, nullptr);
      for (auto& other : servers) {
        if (other->stream != nullptr) {
          std::exchange(other->stream, nullptr)->close();
          break;
        }
      }
      // A fresh stream takes over a descriptor number and a slot that were just given up.
      clients.push_back(std::make_unique<Recorder>());
      if (clients.size() < 4 * kPairs) {
        clients.back()->stream = reactor->connect(TcpAddress{"127.0.0.1", port}, *clients.back());
      }
      mine->close();
    };
    return self;
  };
  clients.reserve(8 * kPairs);
  for (size_t i = 0; i < kPairs; ++i) {
    clients.push_back(std::make_unique<Recorder>());
    Recorder* self = clients.back().get();
    self->stream = reactor->connect(TcpAddress{"127.0.0.1", port}, *self);
    self->when_ended = [self] {
      if (self->stream != nullptr) std::exchange(self->stream, nullptr)->close();
    };
    self->stream->write("x");
  }
  run_until([&] {
    return std::all_of(clients.begin(), clients.begin() + kPairs,
                       [](const auto& one) { return one->ended || one->closed; });
  });
}

TEST_P(ReactorTest, close_inside_on_end_and_on_accept_and_on_connected_is_safe) {
  acceptor.accept = [&](Stream& stream) -> StreamHandler* {
    stream.close();
    return nullptr;
  };
  connect_client();
  client.when_connected = [&] { std::exchange(client.stream, nullptr)->close(); };
  Recorder second;
  second.stream = reactor->connect(TcpAddress{"127.0.0.1", port}, second);
  second.when_ended = [&] { std::exchange(second.stream, nullptr)->close(); };
  run_until([&] { return client.connected && (second.ended || second.closed); });
}

TEST_P(ReactorTest, a_broken_stream_is_reported_from_the_loop_and_not_from_write) {
  connect_client();
  run_until([&] { return server.stream != nullptr && client.connected; });
  client.stream->close();
  run_until([&] { return server.ended; });
  // The first write draws a reset, a later one fails.
  bool in_write = false;
  bool reported_in_write = false;
  server.when_closed = [&] { reported_in_write = in_write; };
  run_until([&] {
    if (server.stream == nullptr) return true;
    in_write = true;
    server.stream->write("into the void");
    in_write = false;
    return server.closed;
  });
  EXPECT_FALSE(reported_in_write);
  EXPECT_NE(server.error, 0);
}

TEST_P(ReactorTest, a_handler_can_be_replaced_inside_a_callback) {
  Recorder next;
  connect_client();
  server.when_bytes = [&](std::string_view) {
    server.stream->set_handler(next);
    server.stream->write("ok");
  };
  client.stream->write("one");
  client.when_bytes = [&](std::string_view) { client.stream->write("two"); };
  run_until([&] { return next.received == "two"; });
  EXPECT_EQ(server.received, "one");
}

TEST_P(ReactorTest, flushes_everything_before_it_closes) {
  const std::string large(3 * 1024 * 1024, 'z');
  connect_client();
  client.stream->write("go");
  server.when_bytes = [&](std::string_view) {
    server.stream->write(large);
    std::exchange(server.stream, nullptr)->close_after_flush();
  };
  run_until([&] { return client.ended; });
  EXPECT_EQ(client.received.size(), large.size());
}

TEST_P(ReactorTest, discards_what_a_peer_still_sends_so_that_it_gets_the_answer) {
  // Without the discarding the unread bytes would reset the connection and destroy the answer.
  connect_client();
  const std::string upload(2 * 1024 * 1024, 'u');
  client.stream->write(upload);
  server.when_bytes = [&](std::string_view) {
    if (server.stream == nullptr) return;
    server.stream->write("no");
    std::exchange(server.stream, nullptr)->close_after_flush(Stream::Unread::kDiscard);
  };
  run_until([&] { return client.ended || client.closed; });
  EXPECT_EQ(client.received, "no");
  EXPECT_TRUE(client.ended);
  client.stream->close();
}

TEST_P(ReactorTest, a_thousand_timers_fire_in_order) {
  struct One {
    std::vector<int>* fired;
    int delay;
    Timer timer{[](void* self) {
                  auto& one = *static_cast<One*>(self);
                  one.fired->push_back(one.delay);
                },
                this};
    One(std::vector<int>* list, int ms) : fired(list), delay(ms) {}
  };
  std::vector<int> fired;
  std::vector<std::unique_ptr<One>> timers;
  for (int i = 0; i < 1000; ++i) {
    timers.push_back(std::make_unique<One>(&fired, (i * 7919) % 300));
  }
  // Within one turn of the loop, for which it is the same instant however long arming takes.
  reactor->post([&] {
    for (const auto& one : timers) reactor->arm(one->timer, milliseconds(one->delay));
  });
  const Monotonic begin = std::chrono::steady_clock::now();
  run_until([&] { return fired.size() == 1000; });
  EXPECT_TRUE(std::is_sorted(fired.begin(), fired.end()));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(299));
}

TEST_P(ReactorTest, a_timer_may_die_while_armed_and_disarm_others) {
  struct Two {
    Reactor* reactor;
    Timer* other;
    int fired = 0;
  };
  Two first{reactor.get(), nullptr};
  Two second{reactor.get(), nullptr};
  const auto fire = [](void* context) {
    auto& self = *static_cast<Two*>(context);
    ++self.fired;
    self.reactor->disarm(*self.other);
  };
  Timer a(fire, &first);
  Timer b(fire, &second);
  first.other = &b;
  second.other = &a;
  reactor->arm(a, milliseconds(5));
  reactor->arm(b, milliseconds(5));
  {
    Timer dies(fire, &first);
    reactor->arm(dies, milliseconds(1));
  }
  int turns = 0;
  run_until([&] { return ++turns > 20; });
  EXPECT_EQ(first.fired + second.fired, 1);
}

TEST_P(ReactorTest, runs_what_other_threads_post) {
  constexpr int kThreads = 4;
  constexpr int kEach = 2'000;
  int count = 0;  // of the loop's thread only
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) reactor->post([&count] { ++count; });
    });
  }
  run_until([&] { return count == kThreads * kEach; });
  for (auto& thread : threads) thread.join();
}

TEST_P(ReactorTest, a_stop_from_another_thread_ends_the_sleep) {
  std::thread other([&] { reactor->stop(); });
  reactor->run();
  other.join();
}

TEST_P(ReactorTest, survives_running_out_of_descriptors) {
  connect_client();
  run_until([&] { return server.stream != nullptr && client.connected; });
  Recorder first_server;
  first_server.stream = server.stream;
  server.stream->set_handler(first_server);
  server.stream = nullptr;

  // The peer's own descriptor is made before the table is full.
  const UniqueFd peer(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const UniqueFd next_free(dup(0));
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(next_free.get()) + 1;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  // The kernel notes the limit when it begins to accept on its own.
  reactor->unlisten(listen_fd.get());
  ASSERT_TRUE(reactor->listen(listen_fd.get(), acceptor));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connected = connect(peer.get(), reinterpret_cast<sockaddr*>(&to), sizeof to);

  // Cannot be accepted; what is open goes on.
  client.stream->write("still here");
  run_until([&] { return first_server.received == "still here"; });
  EXPECT_EQ(reactor->connect(TcpAddress{"127.0.0.1", port}, client), nullptr);
  const bool accepted_while_full = server.stream != nullptr;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(connected, 0);
  EXPECT_FALSE(accepted_while_full);
  run_until([&] { return server.stream != nullptr; });
}

TEST_P(ReactorTest, a_pause_reaches_a_peer_that_goes_on_sending) {
  const UniqueFd peer = plain_client(port);
  ASSERT_TRUE(peer);
  // Pauses with the first bytes, in the midst of many.
  server.when_bytes = [&](std::string_view) {
    server.stream->pause_reads();
    server.when_bytes = nullptr;
  };
  std::string sent;
  std::string piece(64 * 1024, 0);
  int full = 0;  // looks in a row at which the kernel took nothing
  run_until([&] {
    for (size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<char>(sent.size() / 7 + i);
    const ssize_t n = send(peer.get(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    full = n < 0 ? full + 1 : 0;
    if (n > 0) sent.append(piece, 0, static_cast<size_t>(n));
    return full > 20;
  });
  EXPECT_LE(server.received.size(), 64u * 1024);
  EXPECT_LT(sent.size(), size_t{64} * 1024 * 1024);
  // In order, and each pause in between holds.
  size_t seen = server.received.size();
  server.when_bytes = [&](std::string_view bytes) {
    EXPECT_LE(bytes.size(), 64u * 1024);
    seen += bytes.size();
    server.stream->pause_reads();
  };
  run_until([&] {
    EXPECT_EQ(server.received.size(), seen);
    server.stream->resume_reads();
    return server.received.size() == sent.size();
  });
  EXPECT_TRUE(server.received == sent);
}

TEST_P(ReactorTest, large_and_small_pieces_take_turns_in_order_and_stop_at_pauses) {
  const UniqueFd peer = plain_client(port);
  ASSERT_TRUE(peer);
  int deliveries = 0;
  bool paused = false;
  server.when_bytes = [&](std::string_view bytes) {
    EXPECT_FALSE(paused);
    EXPECT_LE(bytes.size(), 64u * 1024);
    if (++deliveries % 3 != 0) return;
    server.stream->pause_reads();
    paused = true;
  };
  std::string sent;
  // Sends `size` bytes, `step` at a time, and each step only when the last one was heard.
  const auto send_in_steps = [&](size_t size, size_t step) {
    const size_t end = sent.size() + size;
    size_t heard_at = sent.size();
    run_until([&] {
      if (paused) {
        paused = false;
        server.stream->resume_reads();
      }
      if (server.received.size() < heard_at) return false;
      std::string piece(std::min(step, end - sent.size()), 0);
      for (size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<char>(sent.size() / 7 + i);
      const ssize_t n = send(peer.get(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      if (n > 0) sent.append(piece, 0, static_cast<size_t>(n));
      heard_at = step < 1024 || sent.size() == end ? sent.size() : 0;
      return sent.size() == end && server.received.size() == end;
    });
  };
  for (int round = 0; round < 5; ++round) {
    send_in_steps(1024 * 1024 + 77, 100'000);
    send_in_steps(1000, 100);
  }
  EXPECT_TRUE(server.received == sent);
}

TEST_P(ReactorTest, an_end_behind_much_that_waited_for_a_pause_comes_last) {
  UniqueFd peer = plain_client(port);
  ASSERT_TRUE(peer);
  server.when_bytes = [&](std::string_view) {
    EXPECT_FALSE(server.ended);
    if (server.received.size() > 100'000) server.stream->pause_reads();
  };
  const std::string piece(64 * 1024, 'p');
  size_t sent = 0;
  int full = 0;  // looks in a row at which the kernel took nothing
  run_until([&] {
    const ssize_t n = send(peer.get(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    full = n < 0 ? full + 1 : 0;
    if (n > 0) sent += static_cast<size_t>(n);
    return full > 20;
  });
  peer.reset();
  EXPECT_FALSE(server.ended || server.closed);
  run_until([&] {
    if (server.stream != nullptr && !server.ended) server.stream->resume_reads();
    return server.ended;
  });
  EXPECT_EQ(server.received.size(), sent);
}

TEST_P(ReactorTest, a_reset_is_told_while_much_waits_for_a_pause_to_end) {
  // In the second round reads have been paused and resumed before.
  for (const int pauses : {1, 2}) {
    server.received.clear();
    server.closed = false;
    server.stream = nullptr;
    UniqueFd peer = plain_client(port);
    ASSERT_TRUE(peer);
    bool paused = false;
    server.when_bytes = [&](std::string_view) {
      EXPECT_FALSE(paused);
      if (server.received.size() < 200'000) return;
      server.stream->pause_reads();
      paused = true;
    };
    const std::string piece(64 * 1024, 'r');
    for (int pause = 1; pause <= pauses; ++pause) {
      if (paused) {
        paused = false;
        server.received.clear();
        server.stream->resume_reads();
      }
      int full = 0;  // looks in a row at which the kernel took nothing
      run_until([&] {
        const ssize_t n = send(peer.get(), piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        full = n < 0 ? full + 1 : 0;
        return full > 20;
      });
    }
    ASSERT_TRUE(paused);
    const size_t heard = server.received.size();
    const linger now{1, 0};
    setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    peer.reset();
    run_until([&] { return server.closed; });
    EXPECT_EQ(server.error, ECONNRESET);
    EXPECT_EQ(server.received.size(), heard);
  }
}

TEST_P(ReactorTest, a_reset_behind_bytes_at_which_reads_were_paused_is_told) {
  UniqueFd peer = plain_client(port);
  ASSERT_TRUE(peer);
  // Much, with a pause in between, and all of it was read.
  const std::string much(1024 * 1024, 'm');
  size_t sent = 0;
  bool paused = false;
  server.when_bytes = [&](std::string_view) {
    paused = server.received.size() > 200'000 && !paused;
    if (paused) server.stream->pause_reads();
  };
  run_until([&] {
    if (paused) server.stream->resume_reads();
    const ssize_t n =
        send(peer.get(), much.data() + sent, much.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) sent += static_cast<size_t>(n);
    return server.received.size() == much.size();
  });
  server.stream->resume_reads();
  int turns = 0;
  run_until([&] { return ++turns > 5; });
  server.when_bytes = [&](std::string_view) { server.stream->pause_reads(); };
  ASSERT_EQ(send(peer.get(), "last", 4, 0), 4);
  const linger now{1, 0};
  setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  peer.reset();
  run_until([&] { return server.closed; });
  EXPECT_EQ(server.error, ECONNRESET);
  EXPECT_EQ(server.received, much + "last");
}

TEST_P(ReactorTest, a_reset_is_told_even_while_reads_are_paused) {
  UniqueFd peer = plain_client(port);
  ASSERT_TRUE(peer);
  run_until([&] { return server.stream != nullptr; });
  server.stream->pause_reads();
  ASSERT_EQ(send(peer.get(), "unread", 6, 0), 6);
  int turns = 0;
  run_until([&] { return ++turns > 5; });
  const linger now{1, 0};
  setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  peer.reset();
  run_until([&] { return server.closed; });
  EXPECT_EQ(server.error, ECONNRESET);
  EXPECT_EQ(server.received, "");
}

TEST_P(ReactorTest, a_peer_that_ended_and_then_went_is_told) {
  UniqueFd peer = plain_client(port);
  ASSERT_TRUE(peer);
  ASSERT_EQ(shutdown(peer.get(), SHUT_WR), 0);
  int turns = 0;
  run_until([&] { return server.ended && ++turns > 5; });
  EXPECT_FALSE(server.closed);
  const linger now{1, 0};
  setsockopt(peer.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  peer.reset();
  run_until([&] { return server.closed; });
}

TEST_P(ReactorTest, more_streams_than_receive_buffers_are_all_heard) {
  constexpr size_t kStreams = 600;
  std::vector<std::unique_ptr<Recorder>> servers;
  acceptor.accept = [&](Stream& stream) {
    servers.push_back(std::make_unique<Recorder>());
    servers.back()->stream = &stream;
    return servers.back().get();
  };
  std::vector<UniqueFd> peers;
  for (size_t i = 0; i < kStreams; ++i) peers.push_back(plain_client(port));
  run_until([&] { return servers.size() == kStreams; });
  for (int round = 1; round <= 3; ++round) {
    // All at once, while the loop rests.
    for (const UniqueFd& peer : peers) ASSERT_EQ(send(peer.get(), "0123456789", 10, 0), 10);
    run_until([&] {
      return std::all_of(servers.begin(), servers.end(), [round](const auto& one) {
        return one->received.size() == static_cast<size_t>(round) * 10;
      });
    });
  }
}

TEST_P(ReactorTest, a_stream_closed_in_the_midst_of_sending_leaves_nothing_behind) {
  const std::string large(8 * 1024 * 1024, 'q');
  for (int round = 0; round < 3; ++round) {
    server.stream = nullptr;
    const UniqueFd peer = plain_client(port);
    ASSERT_TRUE(peer);
    run_until([&] { return server.stream != nullptr; });
    server.stream->write(large);
    EXPECT_TRUE(server.stream->above_high_watermark());
    int turns = 0;
    run_until([&] { return ++turns > 3; });
    EXPECT_GT(server.stream->unsent(), 0u);
    std::exchange(server.stream, nullptr)->close();
    run_until([&] { return ++turns > 6; });
    // What the kernel had taken comes, then the end.
    std::string room(256 * 1024, 0);
    ssize_t n = 0;
    while ((n = recv(peer.get(), room.data(), room.size(), 0)) > 0) {
      ASSERT_EQ(room.find_first_not_of('q'), n == 256 * 1024 ? std::string::npos : size_t(n));
      std::fill_n(room.begin(), n, 0);
    }
  }
  EXPECT_FALSE(server.closed);
}

TEST_P(ReactorTest, small_writes_of_a_turn_arrive_in_order_around_a_large_one) {
  connect_client();
  std::string expected;
  const std::string large(200 * 1024, 'L');
  server.when_bytes = [&](std::string_view) {
    for (int i = 0; i < 50; ++i) {
      const std::string small = std::to_string(i) + ",";
      server.stream->write(small, i % 10 == 0 ? large : "x", "|");
      expected += small + (i % 10 == 0 ? large : "x") + "|";
    }
  };
  client.stream->write("go");
  run_until([&] { return client.received.size() >= expected.size() && !expected.empty(); });
  EXPECT_TRUE(client.received == expected);
}

TEST_P(ReactorTest, what_was_written_before_a_close_is_sent_if_it_fits) {
  connect_client();
  server.when_bytes = [&](std::string_view) {
    server.stream->write("bye");
    std::exchange(server.stream, nullptr)->close();
  };
  client.stream->write("go");
  run_until([&] { return client.ended; });
  EXPECT_EQ(client.received, "bye");
}

TEST_P(ReactorTest, the_port_is_free_when_the_reactor_has_gone) {
  connect_client();
  run_until([&] { return server.stream != nullptr && client.connected; });
  server.stream->write(std::string(4 * 1024 * 1024, 'w'));
  listen_fd.reset();
  reactor.reset();
  const auto again = listen_tcp({"127.0.0.1", port});
  EXPECT_TRUE(again) << again.error().message;
}

TEST_P(ReactorTest, after_unlisten_nothing_is_accepted_and_nothing_is_lost) {
  // Connected before, wherever the kernel has put it since.
  const UniqueFd before = plain_client(port);
  ASSERT_TRUE(before);
  reactor->unlisten(listen_fd.get());
  const bool taken = server.stream != nullptr;
  const UniqueFd after = plain_client(port);
  ASSERT_TRUE(after);
  int turns = 0;
  run_until([&] { return ++turns > 5; });
  EXPECT_EQ(server.stream != nullptr, taken) << "accepted after unlisten() had returned";
  // Who listens next gets those that wait.
  int accepted = 0;
  Recorder next;
  acceptor.accept = [&](Stream&) {
    ++accepted;
    return &next;
  };
  ASSERT_TRUE(reactor->listen(listen_fd.get(), acceptor));
  run_until([&] { return accepted + (taken ? 1 : 0) == 2; });
}

TEST_P(ReactorTest, a_watch_repeats_until_everything_is_read) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const UniqueFd read_end(ends[0]);
  const UniqueFd write_end(ends[1]);
  struct ByteReader : ReadableWatcher {
    void on_readable(int fd) override {
      char byte = 0;
      if (read(fd, &byte, 1) == 1) seen += byte;
      if (seen == "abcd") reactor->unwatch(fd);
    }
    Reactor* reactor = nullptr;
    std::string seen;
  } reader;
  reader.reactor = reactor.get();
  ASSERT_EQ(write(write_end.get(), "abcdef", 6), 6);
  ASSERT_TRUE(reactor->watch(read_end.get(), reader));
  int turns = 0;
  run_until([&] { return reader.seen == "abcd" && ++turns > 5; });
  EXPECT_EQ(reader.seen, "abcd");
}

}  // namespace
}  // namespace slipway::os
