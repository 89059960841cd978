#pragma once
// One event loop on one thread: streams, listeners, timers and a mailbox.
//
// Made and run by the thread that owns it; every method but post() and stop() is for that thread
// alone, and every callback arrives there. Two implementations stand behind it, epoll and io_uring,
// chosen by make_reactor(). No method throws; nothing here allocates once warm, except
// post() and buffers that grow to a new maximum.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "base/clock.h"
#include "base/result.h"
#include "os/stream.h"

namespace slipway::os {

// Where a stream goes to. `host` is an IP literal, never a name: resolving blocks.
struct TcpAddress {
  std::string host;
  uint16_t port = 0;
  bool operator==(const TcpAddress&) const = default;
};
// A relative path is resolved against the working directory: a process that gave its rights up
// reaches a socket below a closed directory that way (gateway, see docs/adr).
struct UnixAddress {
  std::string path;
  bool operator==(const UnixAddress&) const = default;
};
using Address = std::variant<TcpAddress, UnixAddress>;
std::string to_string(const Address& address);

// An embeddable timer of a hierarchical wheel, 1 ms ticks: arming and disarming are O(1) and never
// allocate. Its owner keeps it alive while it is armed; destruction disarms.
class Timer {
 public:
  using Callback = void (*)(void* context);
  Timer(Callback callback, void* context) : callback_(callback), context_(context) {}
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  bool armed() const { return next_ != nullptr; }

 private:
  friend class TimerWheel;
  Callback callback_;
  void* context_;
  Timer* next_ = nullptr;
  Timer* previous_ = nullptr;
  uint64_t due_tick_ = 0;
};

// Called for each accepted connection; returns the handler of the new stream, which must outlive
// it. `stream` is valid at once; a null return closes the connection.
class Acceptor {
 public:
  virtual ~Acceptor() = default;
  virtual StreamHandler* on_accept(Stream& stream) = 0;
};

// Told when a watched descriptor can be read (signalfd, pidfd, inotify: whatever is no stream).
class ReadableWatcher {
 public:
  virtual ~ReadableWatcher() = default;
  virtual void on_readable(int fd) = 0;
};

enum class ReactorKind : uint8_t { kEpoll, kIoUring };
std::string_view to_string(ReactorKind kind);

class Reactor {
 public:
  virtual ~Reactor() = default;

  virtual ReactorKind kind() const = 0;

  // Runs until stop(). Streams that are still open are closed when the reactor is destroyed.
  virtual void run() = 0;
  // Any thread.
  virtual void stop() = 0;
  // Any thread: runs `task` on the loop, at the top of its next turn.
  virtual void post(std::function<void()> task) = 0;

  // Serves connections that arrive at `listen_fd` (already listening; not owned) until unlisten().
  virtual Result<void> listen(int listen_fd, Acceptor& acceptor) = 0;
  // Connections that the kernel has already taken for this loop are handed out from inside it.
  virtual void unlisten(int listen_fd) = 0;

  // Level-triggered: on_readable() repeats until the descriptor was read. Not owned; unwatch() it
  // before closing it.
  virtual Result<void> watch(int fd, ReadableWatcher& watcher) = 0;
  virtual void unwatch(int fd) = 0;

  // Starts to connect; the outcome is on_connected() or on_closed(errno), never from inside this
  // call. Null when no descriptor can be had (the caller answers 503).
  virtual Stream* connect(const Address& address, StreamHandler& handler) = 0;

  virtual void arm(Timer& timer, std::chrono::milliseconds delay) = 0;
  virtual void disarm(Timer& timer) = 0;
  // Fires once all of this turn's events have been told, before the loop sleeps: for gathering what
  // several callbacks write, and for letting go of what is still on the stack.
  virtual void arm_at_turn_end(Timer& timer) = 0;
  // The loop's idea of now, read once a turn: cheap, and the same for all that happens in it.
  virtual Monotonic now() const = 0;
};

// On the thread that will run it.
Result<std::unique_ptr<Reactor>> make_reactor(ReactorKind kind = ReactorKind::kEpoll);

// Tries everything that io_uring has to do here, on a ring of its own: kernels before 6.0 lack
// parts of it, and container runtimes forbid it. The error says which.
Result<void> probe_io_uring();

}  // namespace slipway::os
