#pragma once
// What tests of this room share: a server on a reactor of its own thread, and a blocking client
// socket that says exactly the bytes it is told to.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "http/head_writer.h"
#include "os/fd.h"
#include "os/reactor_kind_test.h"
#include "os/socket.h"
#include "serve/server.h"

namespace slipway::serve {

class TestClient {
 public:
  explicit TestClient(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }

  bool connected() const { return connected_; }
  int fd() const { return fd_.get(); }
  void send_bytes(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      bytes.remove_prefix(static_cast<size_t>(n));
    }
  }
  void end() { shutdown(fd_.get(), SHUT_WR); }
  void close() { fd_.reset(); }

  // Reads until `text` has come (and keeps what follows), or the connection ends.
  std::string read_until(std::string_view text) {
    while (true) {
      if (const size_t at = buffer_.find(text); at != std::string::npos) {
        std::string head = buffer_.substr(0, at + text.size());
        buffer_.erase(0, at + text.size());
        return head;
      }
      if (!fill()) return std::exchange(buffer_, {});
    }
  }
  std::string read_to_end() {
    while (fill()) {
    }
    return std::exchange(buffer_, {});
  }
  std::string read_exactly(size_t count) {
    while (buffer_.size() < count && fill()) {
    }
    std::string out = buffer_.substr(0, count);
    buffer_.erase(0, out.size());
    return out;
  }
  // Whatever comes next; nothing at the end.
  std::string read_some() {
    if (buffer_.empty()) fill();
    return std::exchange(buffer_, {});
  }
  bool reset_by_peer() const { return reset_; }

 private:
  bool fill() {
    pollfd waiting{fd_.get(), POLLIN, 0};
    if (poll(&waiting, 1, 20'000) <= 0) {
      ADD_FAILURE() << "no bytes within 20 s; so far: " << buffer_;
      return false;
    }
    char bytes[16 * 1024];
    const ssize_t n = recv(fd_.get(), bytes, sizeof bytes, 0);
    if (n < 0) reset_ = true;
    if (n <= 0) return false;
    buffer_.append(bytes, static_cast<size_t>(n));
    return true;
  }

  os::UniqueFd fd_;
  bool connected_ = false;
  bool reset_ = false;
  std::string buffer_;
};

// A handler that records and does what the test's functions say. Reactor's thread.
struct ScriptedHandler : RequestHandler {
  void on_head(const http::RequestHead& head, Exchange& ex) override {
    exchange = &ex;
    target = std::string(head.target);
    body.clear();
    ended = false;
    if (when_head) when_head(*this, head);
  }
  void on_body(std::string_view bytes) override {
    body += bytes;
    if (when_body) when_body(*this, bytes);
  }
  void on_end() override {
    ended = true;
    if (when_end) when_end(*this);
  }
  void on_abort(AbortCause cause) override {
    aborts.push_back(cause);
    if (when_abort) when_abort(*this, cause);
  }
  void on_writable() override {
    if (when_writable) when_writable(*this);
  }

  void reply(int status, std::string_view text, bool close = false) {
    ResponseStart start;
    start.status = status;
    start.close = close;
    exchange->respond_whole(start, text);
  }

  Exchange* exchange = nullptr;
  std::string target;
  std::string body;
  bool ended = false;
  std::vector<AbortCause> aborts;
  std::function<void(ScriptedHandler&, const http::RequestHead&)> when_head;
  std::function<void(ScriptedHandler&, std::string_view)> when_body;
  std::function<void(ScriptedHandler&)> when_end;
  std::function<void(ScriptedHandler&, AbortCause)> when_abort;
  std::function<void(ScriptedHandler&)> when_writable;
};

class ServeTest : public testing::Test, public HandlerSource {
 public:
  RequestHandler& acquire() override {
    ++acquired;
    handlers.push_back(std::make_unique<ScriptedHandler>(script));
    return *handlers.back();
  }
  void release(RequestHandler&) override { ++released; }

  // Starts with `script` for every connection.
  void start(const ServerLimits& limits = {}) { start_with(*this, limits); }
  void start_with(HandlerSource& source, const ServerLimits& limits = {}) {
    listen_fd = std::move(*os::listen_tcp({"127.0.0.1", 0}));
    port = *os::local_port(listen_fd.get());
    std::promise<void> ready;
    thread = std::thread([&] {
      reactor = std::move(*os::make_reactor(os::reactor_kind_of_test()));
      server = make_server(*reactor, source, limits);
      ASSERT_TRUE(server->listen(listen_fd.get()));
      ready.set_value();
      reactor->run();
      server.reset();
      if (when_stopped) when_stopped();
      reactor.reset();
    });
    ready.get_future().wait();
  }
  void stop() {
    if (!thread.joinable()) return;
    reactor->stop();
    thread.join();
  }
  void SetUp() override {
    const std::string lack = os::lacks_for_test(os::reactor_kind_of_test());
    if (!lack.empty()) GTEST_SKIP() << lack;
  }
  void TearDown() override { stop(); }

  // Runs on the reactor's thread and waits for it.
  template <typename F>
  auto on_loop(F function) -> decltype(function()) {
    std::packaged_task<decltype(function())()> task(std::move(function));
    auto result = task.get_future();
    reactor->post([&task] { task(); });
    return result.get();
  }
  // Until `done`, asked on the reactor's thread, holds.
  void wait_for(std::function<bool()> done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!on_loop(done)) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "the condition never came to hold";
      std::this_thread::yield();
    }
  }
  ServerCounters counters() {
    return on_loop([this] { return server->counters(); });
  }

  ScriptedHandler script;
  std::deque<std::unique_ptr<ScriptedHandler>> handlers;  // reactor's thread
  int acquired = 0;
  int released = 0;
  os::UniqueFd listen_fd;
  uint16_t port = 0;
  std::unique_ptr<os::Reactor> reactor;
  std::unique_ptr<Server> server;
  std::function<void()> when_stopped;
  std::thread thread;
};

}  // namespace slipway::serve
