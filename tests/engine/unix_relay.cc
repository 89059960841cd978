#include "unix_relay.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

namespace slipway::engine {
namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) throw std::runtime_error("socket path too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

bool send_all(int fd, const char* data, ssize_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(fd, data, static_cast<size_t>(size), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    data += sent;
    size -= sent;
  }
  return true;
}

}  // namespace

UnixRelay::UnixRelay(std::string path, std::string target)
    : path_(std::move(path)), target_(std::move(target)) {
  open();
}

UnixRelay::~UnixRelay() { close(); }

void UnixRelay::open() {
  closing_ = false;
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(path_);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_, 64) != 0) {
    throw std::runtime_error("cannot listen at " + path_);
  }
  std::lock_guard lock(mutex_);
  threads_.emplace_back([this] { accept_all(); });
}

void UnixRelay::close() {
  if (listener_ < 0) return;
  closing_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  std::vector<std::thread> threads;
  // The accepting thread may start one more: it ends at the closed sockets all the same.
  while (true) {
    {
      std::lock_guard lock(mutex_);
      for (const int fd : sockets_) ::shutdown(fd, SHUT_RDWR);
      threads.swap(threads_);
    }
    if (threads.empty()) break;
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }
  ::close(listener_);
  listener_ = -1;
  ::unlink(path_.c_str());
}

void UnixRelay::accept_all() {
  while (!closing_) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    std::lock_guard lock(mutex_);
    threads_.emplace_back([this, client] { pass(client); });
  }
}

void UnixRelay::pass(int client) {
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(target_);
  bool good = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  {
    std::lock_guard lock(mutex_);
    sockets_.insert(sockets_.end(), {client, server});
    good = good && !closing_;
  }
  std::array<pollfd, 2> ends{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
  std::array<char, 16384> buffer;
  while (good && ::poll(ends.data(), ends.size(), -1) > 0) {
    for (size_t i = 0; good && i < ends.size(); ++i) {
      if (ends[i].revents == 0) continue;
      const ssize_t got = ::recv(ends[i].fd, buffer.data(), buffer.size(), 0);
      good = got > 0 && send_all(ends[1 - i].fd, buffer.data(), got);
    }
  }
  std::lock_guard lock(mutex_);
  std::erase_if(sockets_, [&](int fd) { return fd == client || fd == server; });
  ::close(client);
  ::close(server);
}

}  // namespace slipway::engine
