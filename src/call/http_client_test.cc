#include "call/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <thread>

#include "call/connect_probe.h"

namespace slipway::call {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

// A server that hands each connection to a script on a thread of its own, one after the other.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::function<void(int fd)> script, std::string unix_path = {})
      : script_(std::move(script)) {
    if (unix_path.empty()) {
      listen_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      socklen_t size = sizeof address;
      bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), size);
      getsockname(listen_fd_, reinterpret_cast<sockaddr*>(&address), &size);
      port_ = ntohs(address.sin_port);
    } else {
      listen_fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_un address{};
      address.sun_family = AF_UNIX;
      std::strncpy(address.sun_path, unix_path.c_str(), sizeof address.sun_path - 1);
      bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    listen(listen_fd_, 16);
    thread_ = std::thread([this] {
      while (true) {
        const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0) return;
        if (!ending_) {
          ++connections_;
          script_(fd);
        }
        close(fd);
        if (ending_) return;
      }
    });
  }
  ~ScriptedServer() {
    ending_ = true;
    shutdown(listen_fd_, SHUT_RDWR);  // ends accept()
    thread_.join();
    close(listen_fd_);
  }

  uint16_t port() const { return port_; }
  int connections() const { return connections_; }
  std::string url(const std::string& path = "/") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  // Reads up to the end of a head, and `body` bytes behind it; "" when the client has left.
  static std::string read_request(int fd, size_t body = 0) {
    std::string text;
    char c = 0;
    while (text.find("\r\n\r\n") == std::string::npos) {
      if (recv(fd, &c, 1, 0) != 1) return "";
      text += c;
    }
    for (; body > 0 && recv(fd, &c, 1, 0) == 1; --body) text += c;
    return text;
  }
  static void say(int fd, const std::string& text) {
    (void)send(fd, text.data(), text.size(), MSG_NOSIGNAL);
  }
  // Until the client closes.
  static void wait_for_end(int fd) {
    char c = 0;
    while (recv(fd, &c, 1, 0) > 0) {
    }
  }

 private:
  std::function<void(int)> script_;
  int listen_fd_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<int> connections_{0};
  std::thread thread_;
};

using Server = ScriptedServer;

TEST(HttpClient, sends_what_it_was_told_and_nothing_else) {
  std::promise<std::string> seen;
  Server server([&](int fd) {
    seen.set_value(Server::read_request(fd, 4));
    Server::say(fd, "HTTP/1.1 201 Created\r\nX-Two: 2 \r\nContent-Length: 2\r\n\r\nok");
  });
  HttpClient client;
  Call call;
  call.method = "POST";
  call.url = server.url("/a?b=c");
  call.headers = {{"X-One", "1"}};
  call.body = "body";
  const auto answer = client.send(call);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->header("x-two"), "2");
  EXPECT_EQ(answer->body, "ok");
  const std::string request = seen.get_future().get();
  EXPECT_THAT(request, testing::StartsWith("POST /a?b=c HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("X-One: 1\r\n"));
  EXPECT_THAT(request, HasSubstr("Content-Length: 4\r\n"));
  EXPECT_THAT(request, testing::Not(HasSubstr("Content-Type")));
  EXPECT_THAT(request, testing::Not(HasSubstr("Expect")));
  EXPECT_THAT(request, testing::EndsWith("\r\n\r\nbody"));
}

TEST(HttpClient, reuses_a_connection) {
  Server server([](int fd) {
    while (!Server::read_request(fd).empty()) {
      Server::say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    }
  });
  HttpClient client;
  Call call;
  call.url = server.url();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.send(call));
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, talks_over_a_unix_socket_and_names_it_when_it_cannot) {
  const std::string path = testing::TempDir() + "call-" + std::to_string(getpid()) + ".sock";
  HttpClient client;
  Call call;
  call.url = "http://docker/v1/info";
  call.unix_socket = path;
  auto answer = client.send(call);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(answer.error().message, HasSubstr("cannot reach " + path));
  {
    Server server(
        [](int fd) {
          Server::read_request(fd);
          Server::say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ninfo");
        },
        path);
    answer = client.send(call);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "info");
  }
  answer = client.send(call);
  EXPECT_THAT(answer.error().message, testing::AnyOf(HasSubstr("refused"), HasSubstr("closed")));
  std::filesystem::remove(path);
}

TEST(HttpClient, gives_up_after_the_total_timeout) {
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  Server server([opened](int fd) {
    Server::read_request(fd);
    opened.wait();
  });
  HttpClient client;
  Call call;
  call.url = server.url("/?token=secret");
  call.total_timeout = milliseconds(50);
  const auto answer = client.send(call);
  gate.set_value();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kDeadline);
  EXPECT_THAT(answer.error().message, HasSubstr("did not answer within 50 ms"));
  EXPECT_THAT(answer.error().message, testing::Not(HasSubstr("secret")));
}

TEST(HttpClient, refuses_an_answer_that_is_too_long_or_not_whole) {
  Server server([](int fd) {
    const std::string request = Server::read_request(fd);
    if (request.find("/long") != std::string::npos) {
      Server::say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890");
    } else {
      Server::say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n0123");
    }
  });
  HttpClient client;
  Call call;
  call.url = server.url("/long");
  call.max_response_bytes = 10;
  EXPECT_EQ(client.send(call).error().code, ErrorCode::kTooLarge);
  call.url = server.url("/cut");
  const auto cut = client.send(call);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(cut.error().message, HasSubstr("before its answer was whole"));
}

TEST(HttpClient, follows_no_redirect_and_speaks_no_other_protocol) {
  Server server([](int fd) {
    Server::read_request(fd);
    Server::say(fd, "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n");
  });
  HttpClient client;
  Call call;
  call.url = server.url();
  EXPECT_EQ(client.send(call)->status, 302);
  call.url = "file:///etc/passwd";
  EXPECT_EQ(client.send(call).error().code, ErrorCode::kInvalid);
  call.url = server.url();
  call.headers = {{"X", "a\r\nY: b"}};
  EXPECT_EQ(client.send(call).error().code, ErrorCode::kInvalid);
}

TEST(HttpClient, head_and_delete_and_empty_posts_work) {
  std::string seen;
  Server server([&](int fd) {
    for (std::string text = Server::read_request(fd); !text.empty();
         text = Server::read_request(fd)) {
      seen += text;
      Server::say(fd, text.starts_with("HEAD") ? "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
                                               : "HTTP/1.1 204 No Content\r\n\r\n");
    }
  });
  {
    HttpClient client;
    Call call;
    call.url = server.url();
    call.method = "HEAD";
    EXPECT_EQ(client.send(call)->status, 200);
    call.method = "DELETE";
    EXPECT_EQ(client.send(call)->status, 204);
    call.method = "POST";
    EXPECT_EQ(client.send(call)->status, 204);
  }
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, sends_a_body_as_it_is_made) {
  std::promise<std::string> seen;
  int connections = 0;
  Server server([&](int fd) {
    if (++connections > 1) return Server::wait_for_end(fd);
    std::string request = Server::read_request(fd);
    char c = 0;
    while (request.find("0\r\n\r\n") == std::string::npos && recv(fd, &c, 1, 0) == 1) request += c;
    seen.set_value(request);
    Server::say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  HttpClient client;
  Call call;
  call.method = "PUT";
  call.url = server.url();
  int pieces = 0;
  call.body_source = [&](char* out, size_t capacity) -> Result<size_t> {
    if (++pieces > 3) return size_t{0};
    const std::string piece = "piece" + std::to_string(pieces);
    return piece.copy(out, capacity);
  };
  const auto answer = client.send(call);
  ASSERT_TRUE(answer) << answer.error().message;
  const std::string request = seen.get_future().get();
  EXPECT_THAT(request, testing::StartsWith("PUT "));
  EXPECT_THAT(request, HasSubstr("piece1"));
  EXPECT_THAT(request, HasSubstr("piece3"));

  call.body_source = [](char*, size_t) -> Result<size_t> {
    return fail(ErrorCode::kTooLarge, "the tarball ended early");
  };
  EXPECT_EQ(client.send(call).error().message, "the tarball ended early");
}

TEST(HttpClient, streams_pieces_as_they_come_and_stops_when_told_to) {
  std::promise<void> first_arrived;
  auto arrived = first_arrived.get_future().share();
  Server server([arrived](int fd) {
    Server::read_request(fd);
    Server::say(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    arrived.wait();  // not before the client had it
    Server::say(fd, "6\r\nsecond\r\n");
    Server::wait_for_end(fd);
  });
  HttpClient client;
  Call call;
  call.url = server.url();
  call.total_timeout = milliseconds(0);
  int head_status = 0;
  std::string got;
  StreamCallbacks callbacks;
  callbacks.on_head = [&](int status, const Headers& headers) {
    head_status = status;
    return !find_header(headers, "transfer-encoding").empty();
  };
  callbacks.on_bytes = [&](std::string_view bytes) {
    if (got.empty()) first_arrived.set_value();
    got += bytes;
    return got != "firstsecond";
  };
  const auto status = client.stream(call, callbacks);
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(*status, 200);
  EXPECT_EQ(head_status, 200);
  EXPECT_EQ(got, "firstsecond");
}

TEST(HttpClient, a_stream_that_waits_is_ended_from_another_thread) {
  Server server([](int fd) {
    Server::read_request(fd);
    Server::say(fd, "HTTP/1.1 200 OK\r\n\r\nx");
    Server::wait_for_end(fd);
  });
  HttpClient client;
  Cancellation cancellation;
  Call call;
  call.url = server.url();
  call.total_timeout = milliseconds(0);
  call.cancel = &cancellation;
  std::thread other;
  StreamCallbacks callbacks;
  callbacks.on_bytes = [&](std::string_view) {
    other = std::thread([&] { cancellation.cancel(); });
    return true;
  };
  const auto status = client.stream(call, callbacks);
  other.join();
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("cancelled"));
  EXPECT_FALSE(client.send(call)) << "a cancelled call does not start";
}

TEST(HttpClient, asks_about_the_address_that_it_connects_to) {
  Server server([](int fd) {
    while (!Server::read_request(fd).empty()) {
      Server::say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    }
  });
  HttpClient client;
  Call call;
  call.url = server.url();
  ASSERT_TRUE(client.send(call)) << "so that there is a connection that could be used again";
  std::vector<std::string> asked;
  call.may_connect = [&](std::string_view address) -> Result<void> {
    asked.emplace_back(address);
    return fail(ErrorCode::kDenied, "not there");
  };
  // Each of them is this machine.
  for (const char* host : {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "0177.0.0.1"}) {
    call.url = "http://" + std::string(host) + ":" + std::to_string(server.port()) + "/";
    asked.clear();
    const auto refused = client.send(call);
    ASSERT_FALSE(refused) << host;
    EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
    EXPECT_EQ(refused.error().message, "not there");
    EXPECT_THAT(asked, testing::Contains(testing::AnyOf("127.0.0.1", "::1"))) << host;
  }
  EXPECT_EQ(server.connections(), 1);
  Server another([](int fd) {
    Server::read_request(fd);
    Server::say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
  });
  call.url = another.url();
  call.may_connect = [](std::string_view) -> Result<void> { return {}; };
  EXPECT_TRUE(client.send(call));
}

TEST(HttpClient, serves_many_threads) {
  HttpClient client;
  Server server([](int fd) {
    Server::read_request(fd);
    Server::say(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx");
  });
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      Call call;
      call.url = server.url();
      for (int i = 0; i < 50; ++i) good += client.send(call).has_value() ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good, 200);
}

TEST(UrlEncode, leaves_only_unreserved_characters) {
  EXPECT_EQ(url_encode("a b/c?\xC3\xA4~-._9"), "a%20b%2Fc%3F%C3%A4~-._9");
}

TEST(TcpProbe, tells_whether_anybody_accepts) {
  uint16_t port = 0;
  {
    Server server([](int) {});
    port = server.port();
    EXPECT_TRUE(connect_probe({"127.0.0.1", port, {}}, seconds(20)));
  }
  const auto refused = connect_probe({"127.0.0.1", port, {}}, seconds(20));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(refused.error().message, HasSubstr("127.0.0.1:" + std::to_string(port)));
}

}  // namespace
}  // namespace slipway::call
