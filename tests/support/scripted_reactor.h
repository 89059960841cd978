#pragma once
// A reactor without a kernel: a script decides what peers send, when they read, whether a connect
// succeeds and how time passes. What it is asked to do is checked against the contract of
// os/stream.h: nobody may use a stream that is closed. Everything happens on one thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "os/reactor.h"
#include "os/timer_wheel.h"

namespace slipway::test {

class ScriptedReactor;

class ScriptedStream final : public os::Stream {
 public:
  // Of a client.
  ScriptedStream() = default;
  // Of connect(), before its outcome.
  ScriptedStream(os::StreamHandler& handler, const os::Address& to)
      : handler_(&handler), to_(to), connecting_(true) {}

  void write(std::string_view bytes) override;
  void write(std::string_view head, std::string_view body) override;
  void write(std::string_view head, std::string_view body, std::string_view tail) override;
  size_t unsent() const override { return unsent_.size(); }
  void pause_reads() override;
  void resume_reads() override;
  void close() override;
  void close_after_flush(Unread unread) override;
  void set_handler(os::StreamHandler& handler) override;
  std::string_view peer() const override { return "127.0.0.1:40000"; }

  // ---- the script's side: takes effect in the reactor's next turn, but for what reaches the peer.

  void say(std::string_view bytes) { inbox_.append(bytes); }
  void end() { ended_ = true; }
  // A connect fails, a connection is reset.
  void fail(int error);
  void accept_connect() { accepted_ = true; }
  // Whether the peer reads; what was written meanwhile waits.
  void stall(bool stalled);

  // Where connect() went.
  const os::Address& to() const { return to_; }
  bool connecting() const { return connecting_; }
  // By either side; nothing is told any more.
  bool closed() const { return closed_; }
  // All that has reached the peer, and all that has been told of the peer's bytes.
  const std::string& received_by_peer() const { return sent_; }
  const std::string& told() const { return told_; }
  bool end_told() const { return end_told_; }

 private:
  friend class ScriptedReactor;

  // True when something was told.
  bool turn();
  void put(std::string_view bytes);
  void finish();

  os::StreamHandler* handler_ = nullptr;
  const os::Address to_ = {};
  bool connecting_ = false;
  bool accepted_ = false;
  bool paused_ = false;
  bool stalled_ = false;
  bool was_high_ = false;
  bool ended_ = false;
  bool end_told_ = false;
  bool closed_ = false;
  int broken_ = 0;
  std::string inbox_;
  std::string told_;
  std::string unsent_;
  std::string sent_;
};

class ScriptedReactor final : public os::Reactor {
 public:
  os::ReactorKind kind() const override { return os::ReactorKind::kEpoll; }
  void run() override {}
  void stop() override {}
  void post(std::function<void()> task) override { posted_.push_back(std::move(task)); }
  Result<void> listen(int listen_fd, os::Acceptor& acceptor) override;
  void unlisten(int listen_fd) override { acceptors_.erase(listen_fd); }
  Result<void> watch(int, os::ReadableWatcher&) override { return {}; }
  void unwatch(int) override {}
  os::Stream* connect(const os::Address& address, os::StreamHandler& handler) override;
  void arm(os::Timer& timer, std::chrono::milliseconds delay) override;
  void disarm(os::Timer& timer) override { wheel_.disarm(timer); }
  void arm_at_turn_end(os::Timer& timer) override { wheel_.arm_at_turn_end(timer); }
  Monotonic now() const override { return Monotonic(std::chrono::milliseconds(now_ms_)); }

  // A client connects; null when nobody listens or it is refused.
  ScriptedStream* accept(int listen_fd);
  // Tells what is to be told until there is nothing left.
  void turn();
  // Time passes, timer by timer.
  void advance(std::chrono::milliseconds time);

  // What connect() made, the oldest first. They stay, closed or not.
  const std::vector<ScriptedStream*>& outgoing() const { return outgoing_; }

 private:
  uint64_t now_ms_ = 1'000'000;
  os::TimerWheel wheel_;
  std::vector<std::function<void()>> posted_;
  std::map<int, os::Acceptor*> acceptors_;
  std::vector<std::unique_ptr<ScriptedStream>> streams_;
  std::vector<ScriptedStream*> outgoing_;
};

}  // namespace slipway::test
