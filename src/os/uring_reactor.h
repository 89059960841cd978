#pragma once
// The Reactor on io_uring(7): accepting and receiving go on by themselves, into buffers that the
// kernel picks from a ring; everything that a turn has to send goes to the kernel in the one call
// that also waits. For kernels from 6.0 on, see probe_io_uring(). Made by make_reactor() on the
// thread that runs it.

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "os/buffer_ring.h"
#include "os/loop.h"
#include "os/spare_buffers.h"
#include "os/stream_pool.h"
#include "os/uring.h"
#include "os/uring_stream.h"

namespace slipway::os {

class UringReactor final : public Loop {
 public:
  UringReactor();
  // Waits for the kernel to let go of everything.
  ~UringReactor() override;
  // kUnavailable, with the reason, when the kernel has not all that is needed.
  Result<void> open();

  Result<void> listen(int listen_fd, Acceptor& acceptor) override;
  void unlisten(int listen_fd) override;
  Result<void> watch(int fd, ReadableWatcher& watcher) override;
  void unwatch(int fd) override;
  Stream* connect(const Address& address, StreamHandler& handler) override;
  ReactorKind kind() const override { return ReactorKind::kIoUring; }

 private:
  friend class UringStream;

  struct alignas(8) Listener {
    explicit Listener(UringReactor& owner) : reactor(owner), retry(on_retry, this) {}
    static void on_retry(void* listener);
    UringReactor& reactor;
    int fd = -1;
    Acceptor* acceptor = nullptr;
    bool tcp = false;
    bool accepting = false;  // the kernel has it
    Timer retry;
  };
  struct alignas(8) Watch {
    int fd = -1;
    ReadableWatcher* watcher = nullptr;
    bool polling = false;  // the kernel has it
  };
  struct Gathered {
    UringStream* stream;
    uint32_t generation;
  };

  void wait(int timeout_ms) override;
  void tell_events() override;
  bool owes() const override { return streams_.owes(); }
  void rest() override;
  void dispatch(const Completion& completion);
  void send_gathered();

  void accept(Listener& listener);
  void on_accepted(Listener& listener, const Completion& completion);
  void accepted(Listener& listener, int fd);
  void poll(Watch& watch);
  void on_watched(Watch& watch, const Completion& completion);
  void poll_mailbox();

  // For streams.
  UringStream& take_stream();
  // Large enough to be worth a call of its own, which saves the copy.
  bool sends_now(size_t bytes) const { return bytes >= kSendNowBytes || !running(); }
  void released() {
    if (!running()) uring_.submit();
  }
  static constexpr size_t kSendNowBytes = 16 * 1024;
  static constexpr size_t kBulkBytes = 64 * 1024;

  BufferRing buffers_;
  Uring uring_;  // ends before its buffers
  StreamPool<UringStream> streams_;
  std::vector<Gathered> gathered_;  // have something to send at the end of the turn
  std::deque<Listener> listeners_;
  std::deque<Watch> watches_;
  SpareBuffers spare_buffers_;
  std::unique_ptr<char[]> bulk_;  // what is read of streams in bulk, one at a time
  bool mailbox_polled_ = false;
};

}  // namespace slipway::os
