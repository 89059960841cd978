#include "support/wire.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <thread>

namespace slipway::test {
namespace {

constexpr int kPatienceMs = static_cast<int>(kPatience.count()) * 1000;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Message parse_head(std::string raw) {
  Message message;
  size_t line = 0;
  while (line < raw.size()) {
    const size_t end = raw.find("\r\n", line);
    const std::string text = raw.substr(line, end - line);
    line = end + 2;
    if (text.empty()) break;
    const size_t colon = text.find(':');
    if (message.start_line.empty()) {
      message.start_line = text;
    } else if (colon != std::string::npos) {
      std::string& slot = message.fields[lower(text.substr(0, colon))];
      const size_t value = std::min(text.find_first_not_of(' ', colon + 1), text.size());
      slot += (slot.empty() ? "" : ", ") + text.substr(value);
    }
  }
  message.raw_head = std::move(raw);
  return message;
}

}  // namespace

void nap() { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

int Message::status() const {
  return start_line.starts_with("HTTP/1.") ? std::stoi(start_line.substr(9, 3)) : 0;
}

Wire::Wire(os::UniqueFd fd) : fd_(std::move(fd)) {
  const int on = 1;
  setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Wire Wire::connect_to(uint16_t port) {
  os::UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error(fmt::format("cannot connect to port {}", port));
  }
  return Wire(std::move(fd));
}

void Wire::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;  // the peer has gone: what it said before can still be read
    bytes.remove_prefix(static_cast<size_t>(n));
  }
}

bool Wire::fill() {
  if (!fd_) return false;
  pollfd wait{fd_.get(), POLLIN, 0};
  if (poll(&wait, 1, kPatienceMs) <= 0) return false;
  std::array<char, 64 * 1024> chunk;
  const ssize_t n = recv(fd_.get(), chunk.data(), chunk.size(), 0);
  if (n <= 0) return false;
  buffer_.append(chunk.data(), static_cast<size_t>(n));
  return true;
}

std::optional<Message> Wire::read_head() {
  const std::string head = read_until("\r\n\r\n");
  if (head.empty()) return std::nullopt;
  return parse_head(head);
}

std::optional<Message> Wire::read_message(bool no_body) {
  std::optional<Message> message = read_head();
  if (!message) return std::nullopt;
  const int status = message->status();
  if (no_body || status == 204 || status == 304 || (status >= 100 && status < 200)) return message;
  if (lower(message->field("transfer-encoding")) == "chunked") {
    message->chunked = true;
    for (;;) {
      const std::string line = read_until("\r\n");
      if (line.empty()) return std::nullopt;
      const size_t size = std::stoul(line, nullptr, 16);
      const std::string data = read_exactly(size + 2);
      if (data.size() != size + 2) return std::nullopt;
      if (size == 0) return message;
      message->body.append(data, 0, size);
    }
  }
  if (message->has("content-length")) {
    const size_t length = std::stoul(message->field("content-length"));
    message->body = read_exactly(length);
    if (message->body.size() != length) return std::nullopt;
    return message;
  }
  if (status == 0) return message;  // a request without a body
  while (fill()) {
  }
  message->body.swap(buffer_);
  return message;
}

std::string Wire::read_exactly(size_t count) {
  while (buffer_.size() < count && fill()) {
  }
  const std::string out = buffer_.substr(0, count);
  buffer_.erase(0, out.size());
  return out;
}

std::string Wire::read_until(std::string_view needle) {
  size_t at = buffer_.find(needle);
  while (at == std::string::npos) {
    if (!fill()) return "";
    at = buffer_.find(needle);
  }
  std::string out = buffer_.substr(0, at + needle.size());
  buffer_.erase(0, out.size());
  return out;
}

std::string Wire::read_some() {
  if (buffer_.empty()) fill();
  return std::exchange(buffer_, {});
}

bool Wire::ended_by_peer() {
  if (!buffer_.empty()) return false;
  pollfd wait{fd_.get(), POLLIN, 0};
  if (poll(&wait, 1, kPatienceMs) <= 0) return false;
  char byte;
  return recv(fd_.get(), &byte, 1, MSG_PEEK) <= 0;
}

bool Wire::silent() {
  if (!buffer_.empty()) return false;
  pollfd wait{fd_.get(), POLLIN, 0};
  return poll(&wait, 1, 0) == 0;
}

void Wire::close() { fd_.reset(); }

void Wire::reset() {
  const linger abort{1, 0};
  setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  fd_.reset();
}

std::string post(std::string_view path, std::string_view body, std::string_view more_fields) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: front\r\nContent-Length: {}\r\n{}\r\n{}", path,
                     body.size(), more_fields, body);
}

std::string get(std::string_view path, std::string_view more_fields) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: front\r\n{}\r\n", path, more_fields);
}

std::string reply(std::string_view body, std::string_view more_fields,
                  std::string_view status_line) {
  return fmt::format("{}\r\nContent-Length: {}\r\n{}\r\n{}", status_line, body.size(), more_fields,
                     body);
}

}  // namespace slipway::test
