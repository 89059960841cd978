#pragma once
// An upstream that does what the test says, when it says: accept, read a request, reply in pieces,
// close, reset, never answer. And one that answers by itself, for when the timing is irrelevant.
// Both listen on a free port of the loopback interface.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "os/fd.h"
#include "support/wire.h"

namespace slipway::test {

class ScriptedUpstream {
 public:
  ScriptedUpstream();
  // At a Unix socket instead; its port is 0.
  explicit ScriptedUpstream(const std::string& path);

  uint16_t port() const { return port_; }
  // The next connection; nothing when none comes before the deadline.
  std::optional<Wire> accept();
  // No connection waits, now.
  bool untouched();
  // Refuses connections from now on.
  void stop_listening();

 private:
  uint16_t port_ = 0;  // before the listener, which sets it
  os::UniqueFd listener_;
};

// Serves every connection on a thread of its own until it is destroyed.
class AutonomousUpstream {
 public:
  // The bytes of a reply; none: the connection is reset.
  using Answer = std::function<std::string(const Message& request)>;

  explicit AutonomousUpstream(Answer answer);
  ~AutonomousUpstream();

  uint16_t port() const { return port_; }
  uint64_t requests() const { return requests_.load(); }

 private:
  void serve();

  uint16_t port_ = 0;  // before the listener, which sets it
  os::UniqueFd listener_;
  Answer answer_;
  std::atomic<bool> ending_{false};
  std::atomic<uint64_t> requests_{0};
  std::thread thread_;
};

}  // namespace slipway::test
