#pragma once
// The Reactor on epoll(7), for every kernel and every container runtime. One receive buffer for all
// streams: bytes are handed out while they are hot and nothing is kept. Streams are pooled. Made
// by make_reactor(); used on one thread but for post() and stop().

#include <sys/epoll.h>

#include <array>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "os/epoll_set.h"
#include "os/epoll_stream.h"
#include "os/loop.h"
#include "os/spare_buffers.h"
#include "os/stream_pool.h"

namespace slipway::os {

class EpollReactor final : public Loop {
 public:
  EpollReactor();
  ~EpollReactor() override;
  Result<void> open();

  Result<void> listen(int listen_fd, Acceptor& acceptor) override;
  void unlisten(int listen_fd) override;
  Result<void> watch(int fd, ReadableWatcher& watcher) override;
  void unwatch(int fd) override;
  Stream* connect(const Address& address, StreamHandler& handler) override;
  ReactorKind kind() const override { return ReactorKind::kEpoll; }

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

  static constexpr size_t kReceiveBytes = 64 * 1024;

  void wait(int timeout_ms) override { ready_ = epoll_.wait(events_, timeout_ms); }
  void tell_events() override;
  bool owes() const override { return streams_.owes(); }
  void dispatch(const epoll_event& event);
  void accept_batch(Listener& listener);
  void accepted(Listener& listener, int fd, PeerAddress& peer);
  void pause_accepting(Listener& listener);
  void give_slot(Pollable& pollable);

  // For streams.
  EpollStream& take_stream();

  EpollSet epoll_;
  Pollable mailbox_slot_{Pollable::Kind::kMailbox};

  std::vector<Pollable*> slots_;
  StreamPool<EpollStream> streams_;  // never shrinks: a stale token always finds its slot
  std::deque<Listener> listeners_;
  std::deque<Watch> watches_;
  SpareBuffers spare_buffers_;
  std::array<epoll_event, 256> events_;
  std::span<const epoll_event> ready_;  // of events_, what the last wait brought
  std::unique_ptr<char[]> receive_;
};

}  // namespace slipway::os
