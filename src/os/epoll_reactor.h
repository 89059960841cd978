#pragma once
// The Reactor on epoll(7), for every kernel and every container runtime. One receive buffer for all
// streams: bytes are handed out while they are hot and nothing is kept. Streams are pooled. Made
// by make_reactor(); used on one thread but for post() and stop().

#include <sys/epoll.h>

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "os/epoll_set.h"
#include "os/epoll_stream.h"
#include "os/mailbox.h"
#include "os/reactor.h"
#include "os/spare_buffers.h"
#include "os/timer_wheel.h"

namespace slipway::os {

class EpollReactor final : public Reactor {
 public:
  EpollReactor();
  ~EpollReactor() override;
  Result<void> open();

  void run() override;
  void stop() override;
  void post(std::function<void()> task) override { mailbox_.post(std::move(task)); }
  Result<void> listen(int listen_fd, Acceptor& acceptor) override;
  void unlisten(int listen_fd) override;
  Result<void> watch(int fd, ReadableWatcher& watcher) override;
  void unwatch(int fd) override;
  Stream* connect(const Address& address, StreamHandler& handler) override;
  void arm(Timer& timer, std::chrono::milliseconds delay) override;
  void disarm(Timer& timer) override { wheel_.disarm(timer); }
  void arm_at_turn_end(Timer& timer) override { wheel_.arm_at_turn_end(timer); }
  Monotonic now() const override { return now_; }

 private:
  friend class EpollStream;

  struct Listener : Pollable {
    explicit Listener(EpollReactor& owner)
        : Pollable(Kind::kListener), reactor(owner), retry(on_retry, this) {}
    static void on_retry(void* listener);
    EpollReactor& reactor;
    int fd = -1;
    Acceptor* acceptor = nullptr;
    bool tcp = false;
    Timer retry;
  };
  struct Watch : Pollable {
    Watch() : Pollable(Kind::kWatch) {}
    int fd = -1;
    ReadableWatcher* watcher = nullptr;
  };
  struct Deferred {
    EpollStream* stream;
    uint32_t generation;
  };

  static constexpr size_t kReceiveBytes = 64 * 1024;

  void turn();
  void dispatch(const epoll_event& event);
  void accept_batch(Listener& listener);
  void accepted(Listener& listener, int fd, PeerAddress& peer);
  void pause_accepting(Listener& listener);
  int timeout_ms() const;
  void refresh_now();
  uint64_t tick_of(Monotonic time) const;
  void give_slot(Pollable& pollable);

  // For streams.
  EpollStream& take_stream();
  void recycle(EpollStream& stream);
  void defer(EpollStream& stream) { deferred_.push_back({&stream, stream.generation}); }

  EpollSet epoll_;
  Mailbox mailbox_;
  Pollable mailbox_slot_{Pollable::Kind::kMailbox};
  TimerWheel wheel_;
  const Monotonic origin_;
  Monotonic now_;
  bool running_ = false;
  bool stopping_ = false;

  std::vector<Pollable*> slots_;
  std::deque<EpollStream> streams_;  // never shrinks: a stale token always finds its slot
  EpollStream* free_streams_ = nullptr;
  std::deque<Listener> listeners_;
  std::deque<Watch> watches_;
  std::vector<Deferred> deferred_;
  std::vector<Deferred> deferred_now_;
  SpareBuffers spare_buffers_;
  std::array<epoll_event, 256> events_;
  std::unique_ptr<char[]> receive_;
};

}  // namespace slipway::os
