#include "support/scripted_upstream.h"

#include <poll.h>
#include <sys/socket.h>

#include <list>
#include <stdexcept>
#include <vector>

#include "os/socket.h"

namespace slipway::test {
namespace {

os::UniqueFd listen_somewhere(uint16_t& port) {
  auto fd = os::listen_tcp({"127.0.0.1", 0});
  if (!fd) throw std::runtime_error(fd.error().message);
  port = os::local_port(fd->get()).value();
  return std::move(*fd);
}

os::UniqueFd listen_at(const std::string& path) {
  auto fd = os::listen_unix({path});
  if (!fd) throw std::runtime_error(fd.error().message);
  return std::move(*fd);
}

}  // namespace

ScriptedUpstream::ScriptedUpstream() : listener_(listen_somewhere(port_)) {}
ScriptedUpstream::ScriptedUpstream(const std::string& path) : listener_(listen_at(path)) {}

std::optional<Wire> ScriptedUpstream::accept() {
  pollfd wait{listener_.get(), POLLIN, 0};
  if (poll(&wait, 1, static_cast<int>(kPatience.count()) * 1000) <= 0) return std::nullopt;
  os::UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!fd) return std::nullopt;
  return Wire(std::move(fd));
}

bool ScriptedUpstream::untouched() {
  pollfd wait{listener_.get(), POLLIN, 0};
  return poll(&wait, 1, 0) == 0;
}

void ScriptedUpstream::stop_listening() { listener_.reset(); }

AutonomousUpstream::AutonomousUpstream(Answer answer)
    : listener_(listen_somewhere(port_)),
      answer_(std::move(answer)),
      thread_([this] { serve(); }) {}

AutonomousUpstream::~AutonomousUpstream() {
  ending_ = true;
  thread_.join();
}

// A blocking read of one message at a time: its peer, the gateway, sends a request in one piece.
void AutonomousUpstream::serve() {
  struct Connection {
    int fd;
    Wire wire;
  };
  std::list<Connection> connections;
  while (!ending_) {
    std::vector<pollfd> waits{{listener_.get(), POLLIN, 0}};
    for (const Connection& connection : connections) waits.push_back({connection.fd, POLLIN, 0});
    if (poll(waits.data(), waits.size(), 10) <= 0) continue;
    size_t i = 1;
    for (auto it = connections.begin(); it != connections.end(); ++i) {
      if (waits[i].revents == 0) {
        ++it;
        continue;
      }
      const std::optional<Message> request = it->wire.read_message();
      if (!request) {
        it = connections.erase(it);
        continue;
      }
      ++requests_;
      const std::string answer = answer_(*request);
      if (answer.empty()) {
        it->wire.reset();
        it = connections.erase(it);
        continue;
      }
      it->wire.send(answer);
      ++it;
    }
    if (waits[0].revents == 0) continue;
    os::UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) continue;
    const int number = fd.get();
    connections.push_back({number, Wire(std::move(fd))});
  }
}

}  // namespace slipway::test
