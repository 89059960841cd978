#pragma once
// One stream of an EpollReactor: tries every write at once, registers for writability only after
// EAGAIN, and leaves reads registered for good unless data arrives while they are paused. Pooled
// by its reactor, which alone makes them; lives on the reactor's thread.
//
//   kFree -> kConnecting -> kOpen -> kClosing (flush) -> kDiscarding -> kFree
//   any of the first three -> kReporting (inside on_closed) -> kFree

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "os/epoll_set.h"
#include "os/peer_address.h"
#include "os/reactor.h"
#include "os/stream_pool.h"
#include "os/stream_socket.h"

namespace slipway::os {

class EpollReactor;

class EpollStream final : public Stream, public Pollable {
 public:
  explicit EpollStream(EpollReactor& reactor)
      : Pollable(Kind::kStream), reactor_(reactor), timer_(on_timer, this) {}

  void write(std::string_view bytes) override;
  void write(std::string_view head, std::string_view body) override;
  void write(std::string_view head, std::string_view body, std::string_view tail) override;
  size_t unsent() const override { return unsent_.size() - sent_; }
  void pause_reads() override { paused_ = true; }
  void resume_reads() override;
  void close() override;
  void close_after_flush(Unread unread) override;
  void set_handler(StreamHandler& handler) override { handler_ = &handler; }
  std::string_view peer() const override { return peer_.text(); }

  EpollStream* next_free = nullptr;  // of the pool

 private:
  friend class EpollReactor;
  friend class StreamPool<EpollStream>;
  enum class State : uint8_t { kFree, kConnecting, kOpen, kClosing, kDiscarding, kReporting };

  // Takes over `fd`; false when epoll refuses it. Without an interest it is not asked.
  bool start(int fd, StreamHandler* handler, State state, uint32_t interest);

  void on_event(uint32_t events);
  // What could not be told inside a call of the user's: a finished connect, a failed write.
  void on_deferred();
  void on_readable(uint32_t events);
  void on_connect_event();
  void await_backlog(const UnixAddress& address);
  void connect_again();
  void flush();
  void flushed();
  void discard();
  void fail(int error);
  void release();
  static void on_timer(void* stream);

  bool can_send() const { return state_ == State::kOpen && unsent_.empty() && broken_ == 0; }
  void send_vector(iovec* parts, int count, size_t total);
  void keep(std::string_view bytes);
  void break_writes(int error);
  void set_interest(uint32_t interest);

  EpollReactor& reactor_;
  StreamHandler* handler_ = nullptr;
  int fd_ = -1;
  State state_ = State::kFree;
  bool paused_ = false;
  bool ended_ = false;      // the peer's FIN has been told
  bool was_high_ = false;   // above the high watermark since the last on_drained()
  bool discard_ = false;    // close_after_flush(kDiscard)
  bool attached_ = false;   // in the epoll set
  bool connected_ = false;  // on_connected() is owed
  int broken_ = 0;          // errno of a failed write, to be told from the loop
  uint32_t interest_ = 0;
  size_t sent_ = 0;     // of unsent_, already gone
  std::string unsent_;  // holds no memory while empty: the reactor lends buffers
  mutable PeerAddress peer_;
  BacklogWait backlog_;
  Timer timer_;  // while connecting: to ask again; while closing: the linger deadline
};

}  // namespace slipway::os
