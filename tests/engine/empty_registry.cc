#include "empty_registry.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace slipway::engine {

EmptyRegistry::EmptyRegistry() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen on a loopback port");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

EmptyRegistry::~EmptyRegistry() {
  ::shutdown(listener_, SHUT_RDWR);
  thread_.join();
  ::close(listener_);
}

std::string EmptyRegistry::host() const { return "127.0.0.1:" + std::to_string(port_); }

void EmptyRegistry::serve() {
  while (true) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const timeval patience{5, 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    std::string request;
    std::array<char, 4096> buffer;
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(client, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      request.append(buffer.data(), static_cast<size_t>(got));
    }
    // GET /v2/ asks whether this is a registry at all.
    const bool is_greeting = request.starts_with("GET /v2/ ") || request.starts_with("HEAD /v2/ ");
    const std::string body =
        is_greeting ? "{}"
                    : R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]})";
    const std::string answer =
        std::string(is_greeting ? "HTTP/1.1 200 OK" : "HTTP/1.1 404 Not Found") +
        "\r\nDocker-Distribution-Api-Version: registry/2.0\r\nContent-Type: application/json\r\n"
        "Connection: close\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + (request.starts_with("HEAD") ? "" : body);
    (void)::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(client);
  }
}

}  // namespace slipway::engine
