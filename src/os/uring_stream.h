#pragma once
// One stream of a UringReactor. What is written is gathered and sent with the end of the turn, in
// one call of the kernel for all streams; large writes, and those while the loop does not turn, go
// at once. Receiving goes on by itself until it is cancelled, and then, while much comes, by asking
// when there is more and reading it into a large buffer that is hot: that costs a call each time,
// but a quarter of the pieces, and a pause costs nothing. Pooled by its reactor, which alone makes
// them; lives on the reactor's thread.
//
//   kFree -> kConnecting -> kOpen -> kClosing (flush) -> kDiscarding -> kGone -> kFree
//   any of the first three -> kReporting (inside on_closed) -> kGone
//
// kGone: closed for everybody but the kernel, which still has operations of it, and with them the
// bytes that it sends.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "os/peer_address.h"
#include "os/reactor.h"
#include "os/stream_pool.h"
#include "os/stream_socket.h"
#include "os/uring.h"

namespace slipway::os {

class UringReactor;

class alignas(8) UringStream final : public Stream {
 public:
  explicit UringStream(UringReactor& reactor) : reactor_(reactor), timer_(on_timer, this) {}

  void write(std::string_view bytes) override { gather({{bytes}}); }
  void write(std::string_view head, std::string_view body) override { gather({{head, body}}); }
  void write(std::string_view head, std::string_view body, std::string_view tail) override {
    gather({{head, body, tail}});
  }
  size_t unsent() const override { return flying_.size() - flown_ + unsent_.size(); }
  // What comes nevertheless is held, and then receiving is cancelled: most pauses are short.
  void pause_reads() override { paused_ = true; }
  void resume_reads() override;
  void close() override;
  void close_after_flush(Unread unread) override;
  void set_handler(StreamHandler& handler) override { handler_ = &handler; }
  std::string_view peer() const override { return peer_.text(); }

  uint32_t generation = 0;
  UringStream* next_free = nullptr;  // of the pool

 private:
  friend class UringReactor;
  friend class StreamPool<UringStream>;
  enum class State : uint8_t {
    kFree,
    kConnecting,
    kOpen,
    kClosing,
    kDiscarding,
    kReporting,
    kGone
  };
  struct Parts {
    std::string_view part[3] = {};
  };

  void start(int fd, StreamHandler* handler, State state);

  // What the kernel completed.
  void on_received(const Completion& completion);
  void on_sent(int result);
  void on_polled(const Completion& completion);
  void on_readable();
  // What could not be told inside a call of the user's, or waited for reads to be resumed.
  void on_deferred();
  // The end of the turn has come: sends what was gathered.
  void send_gathered();

  void gather(const Parts& parts);
  void send_now(const Parts& parts);
  void keep(std::string_view bytes);
  void want_send();
  void look_drained();
  void break_writes(int error);

  void receive();
  void stop_receiving();
  void keep_receiving();
  void await_readable();
  void read_bulk();
  void take_outcome(int result);
  bool hear_of_sending();
  void take_bytes(std::string_view bytes);
  void take_end();
  void take_error(int error);
  void tell_held();
  void hear_out();

  void await_connect();
  void begin_poll(io_uring_sqe& request);
  void on_connect_event(int result);
  void flushed();
  void fail(int error);
  void release();
  void settle();
  bool idle() const { return !receiving_ && !sending_ && !polling_ && !awaiting_; }
  void await_backlog(const UnixAddress& address);
  void connect_again();
  static void on_timer(void* stream);

  UringReactor& reactor_;
  StreamHandler* handler_ = nullptr;
  int fd_ = -1;
  State state_ = State::kFree;
  // What the kernel has of it.
  bool receiving_ = false;
  bool sending_ = false;
  bool polling_ =
      false;  // for the outcome of a connect, or for a hang-up while nothing is received
  bool awaiting_ = false;  // to be readable, in bulk
  bool stopping_ = false;  // receiving was cancelled and has not ended yet

  bool paused_ = false;
  bool ended_ = false;      // the peer's FIN has been told
  bool held_end_ = false;   // it came while reads were paused
  bool bulk_ = false;       // much comes: read by read_bulk(), once receiving has ended
  bool was_high_ = false;   // above the high watermark since the last on_drained()
  bool discard_ = false;    // close_after_flush(kDiscard)
  bool connected_ = false;  // on_connected() is owed
  bool gathered_ = false;   // the reactor knows that there is something to send
  int short_reads_ = 0;     // in a row, in bulk
  int broken_ = 0;          // errno of a failed write, to be told from the loop

  // None of them holds memory while it is empty: the reactor lends buffers.
  std::string flying_;  // the kernel has it, or has taken a part: it must not move
  size_t flown_ = 0;    // of flying_, already gone
  std::string unsent_;  // goes behind flying_
  std::string held_;    // came while reads were paused
  size_t told_ = 0;     // of held_
  mutable PeerAddress peer_;
  BacklogWait backlog_;
  Timer timer_;  // while connecting: to ask again; while closing: the linger deadline
};

}  // namespace slipway::os
