#include "control/readiness_probe.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "os/socket.h"
#include "os/temporary_directory_test.h"

namespace slipway::control {
namespace {

// A model server of one thread: answers each connection's one request with what the script says.
class ScriptedServer {
 public:
  // Empty: accepts and never answers.
  using Script = std::function<std::string(const std::string& path)>;

  explicit ScriptedServer(Script script)
      : ScriptedServer(std::move(script), os::listen_tcp({.host = "127.0.0.1", .port = 0})) {}
  ScriptedServer(Script script, Result<os::UniqueFd> listener) : script_(std::move(script)) {
    EXPECT_TRUE(listener) << listener.error().message;
    listener_ = std::move(*listener);
    port_ = os::local_port(listener_.get()).value_or(0);
    thread_ = std::thread([this] { run(); });
  }
  ~ScriptedServer() {
    ending_ = true;
    thread_.join();
    for (const int fd : held_) ::close(fd);
  }
  uint16_t port() const { return port_; }

 private:
  void run() {
    while (!ending_) {
      pollfd waiting{.fd = listener_.get(), .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 10) <= 0) continue;
      const int fd = ::accept(listener_.get(), nullptr, nullptr);
      if (fd < 0) continue;
      char buffer[4096];
      const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
      const std::string head(buffer, static_cast<size_t>(std::max<ssize_t>(0, got)));
      const size_t begin = head.find(' ') + 1;
      const std::string answer = script_(head.substr(begin, head.find(' ', begin) - begin));
      if (answer.empty()) {
        held_.push_back(fd);
        continue;
      }
      (void)::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(fd);
    }
  }

  const Script script_;
  os::UniqueFd listener_;
  uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::vector<int> held_;
  std::thread thread_;
};

std::string http(int status) {
  return "HTTP/1.1 " + std::to_string(status) +
         " x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
}

ProbeOutcome probe(uint16_t port, std::optional<std::string> path = std::nullopt,
                   std::chrono::milliseconds timeout = std::chrono::seconds(30)) {
  HttpProber prober;
  return prober.probe(
      {.host = "127.0.0.1", .port = port, .path = std::move(path), .timeout = timeout});
}

TEST(ReadinessProbe, is_ready_when_health_status_answers_2xx) {
  ScriptedServer server(
      [](const std::string& path) { return http(path == "/health/status" ? 200 : 500); });
  EXPECT_TRUE(probe(server.port()).ready);
}

TEST(ReadinessProbe, falls_back_to_ping_and_then_to_speaking_http_at_all) {
  ScriptedServer pings(
      [](const std::string& path) { return http(path == "/health/ping" ? 200 : 404); });
  EXPECT_TRUE(probe(pings.port()).ready);
  ScriptedServer sick(
      [](const std::string& path) { return http(path == "/health/ping" ? 503 : 405); });
  EXPECT_EQ(probe(sick.port()).cause, "answers 503 on /health/ping");
  ScriptedServer plain([](const std::string&) { return http(404); });
  EXPECT_TRUE(probe(plain.port()).ready);
}

TEST(ReadinessProbe, believes_the_users_path_and_no_other) {
  ScriptedServer server([](const std::string& path) { return http(path == "/alive" ? 204 : 404); });
  EXPECT_TRUE(probe(server.port(), "/alive").ready);
  EXPECT_EQ(probe(server.port(), "/else").cause, "answers 404 on /else");
}

TEST(ReadinessProbe, names_the_status_that_is_no_success) {
  ScriptedServer server([](const std::string&) { return http(500); });
  EXPECT_EQ(probe(server.port()).cause, "answers 500 on /health/status");
}

TEST(ReadinessProbe, tells_a_silent_server_from_an_absent_one) {
  ScriptedServer silent([](const std::string&) { return std::string(); });
  const ProbeOutcome outcome = probe(silent.port(), std::nullopt, std::chrono::milliseconds(100));
  EXPECT_FALSE(outcome.ready);
  EXPECT_TRUE(outcome.slow);
  EXPECT_EQ(outcome.cause, "does not answer /health/status within 100 ms");

  uint16_t port = 0;
  {
    ScriptedServer gone([](const std::string&) { return std::string(); });
    port = gone.port();
  }
  EXPECT_EQ(probe(port).cause, "does not listen on port " + std::to_string(port));
}

TEST(ReadinessProbe, takes_a_server_that_speaks_http_2_alone_unless_a_path_is_asked_for) {
  // Its SETTINGS, whatever it hears: what servers of gRPC say.
  ScriptedServer server([](const std::string&) { return std::string("\0\0\0\4\0\0\0\0\0", 9); });
  EXPECT_TRUE(probe(server.port()).ready);
  EXPECT_FALSE(probe(server.port(), "/healthz").ready);
}

// Where requests will come is what must answer, whatever the port does.
TEST(ReadinessProbe, asks_at_the_unix_socket_when_there_is_one) {
  const os::TemporaryDirectory directory;
  const std::string path = directory.path() / "model.sock";
  ScriptedServer at_port([](const std::string&) { return http(200); });
  const auto probe_both = [&] {
    HttpProber prober;
    return prober.probe({.host = "127.0.0.1",
                         .port = at_port.port(),
                         .unix_socket = path,
                         .timeout = std::chrono::seconds(30)});
  };
  EXPECT_EQ(probe_both().cause, "has just removed its Unix socket");
  {
    ScriptedServer sick([](const std::string&) { return http(503); }, os::listen_unix({path}));
    EXPECT_EQ(probe_both().cause, "answers 503 on /health/status");
  }
  EXPECT_EQ(probe_both().cause, "does not listen at its Unix socket");
  ScriptedServer well([](const std::string&) { return http(200); }, os::listen_unix({path}));
  EXPECT_TRUE(probe_both().ready);
}

TEST(ReadinessProbe, knows_a_server_of_http_2_alone_at_a_unix_socket_too) {
  const os::TemporaryDirectory directory;
  const std::string path = directory.path() / "model.sock";
  ScriptedServer server([](const std::string&) { return std::string("\0\0\0\4\0\0\0\0\0", 9); },
                        os::listen_unix({path}));
  HttpProber prober;
  EXPECT_TRUE(
      prober.probe({.host = {}, .unix_socket = path, .timeout = std::chrono::seconds(30)}).ready);
}

TEST(ReadinessProbe, is_not_content_with_a_port_that_does_not_speak_http) {
  ScriptedServer server([](const std::string&) { return std::string("SSH-2.0-x\r\n"); });
  EXPECT_EQ(probe(server.port()).cause, "accepts connections on port " +
                                            std::to_string(server.port()) +
                                            " but does not speak HTTP there");
}

}  // namespace
}  // namespace slipway::control
