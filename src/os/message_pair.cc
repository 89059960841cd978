#include "os/message_pair.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>

namespace slipway::os {

Result<MessagePair> make_message_pair() {
  int fds[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0) {
    return fail(errno_error("socketpair", errno));
  }
  return MessagePair{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

Result<void> send_message(int sender, std::string_view message) {
  if (message.size() > kMostMessageBytes) {
    return fail(ErrorCode::kTooLarge, fmt::format("a message of {} bytes; at most {} fit",
                                                  message.size(), kMostMessageBytes));
  }
  if (::send(sender, message.data(), message.size(), MSG_NOSIGNAL) >= 0) return {};
  if (errno == EAGAIN || errno == EPIPE || errno == ECONNRESET) {
    return fail(ErrorCode::kUnavailable, errno_error("send", errno).message);
  }
  return fail(errno_error("send", errno));
}

Result<std::string> receive_message(int receiver) {
  std::string message(kMostMessageBytes, '\0');
  const ssize_t n = ::recv(receiver, message.data(), message.size(), 0);
  if (n == 0) return fail(ErrorCode::kNotFound, "the sender has gone");
  if (n < 0) {
    if (errno == EAGAIN || errno == EINTR) return fail(ErrorCode::kUnavailable, "no message yet");
    return fail(errno_error("recv", errno));
  }
  message.resize(static_cast<size_t>(n));
  return message;
}

}  // namespace slipway::os
