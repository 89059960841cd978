#include "os/uring_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "os/uring_reactor.h"

namespace slipway::os {

namespace {

// Until bulk is over: the last piece of each body is short, and more bodies may follow.
constexpr int kShortReads = 4;

}  // namespace

void UringStream::start(int fd, StreamHandler* handler, State state) {
  fd_ = fd;
  handler_ = handler;
  state_ = state;
  stopping_ = paused_ = ended_ = held_end_ = bulk_ = false;
  was_high_ = discard_ = connected_ = gathered_ = false;
  short_reads_ = broken_ = 0;
  flown_ = told_ = 0;
}

void UringStream::gather(const Parts& parts) {
  if (broken_ != 0 || (state_ != State::kOpen && state_ != State::kConnecting)) return;
  size_t total = 0;
  for (const std::string_view part : parts.part) total += part.size();
  if (total == 0) return;
  if (state_ == State::kOpen && flying_.empty() && reactor_.sends_now(unsent_.size() + total)) {
    return send_now(parts);
  }
  for (const std::string_view part : parts.part) keep(part);
  want_send();
}

void UringStream::send_now(const Parts& parts) {
  std::array<iovec, 4> vector;
  size_t count = 0;
  if (!unsent_.empty()) vector[count++] = part_of(unsent_);
  for (const std::string_view part : parts.part) {
    if (!part.empty()) vector[count++] = part_of(part);
  }
  msghdr message{};
  message.msg_iov = vector.data();
  message.msg_iovlen = count;
  const ssize_t n = sendmsg(fd_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  const int error = n < 0 && errno != EAGAIN && errno != EINTR ? errno : 0;

  auto sent = static_cast<size_t>(std::max<ssize_t>(n, 0));
  flown_ = 0;
  if (sent < unsent_.size()) {
    flown_ = std::exchange(sent, 0);
  } else if (!unsent_.empty()) {
    sent -= unsent_.size();
    reactor_.spare_buffers_.give_back(unsent_);
  }
  for (const std::string_view part : parts.part) {
    const size_t gone = std::min(sent, part.size());
    sent -= gone;
    keep(part.substr(gone));
  }
  // unsent() goes on telling what the kernel did not take, until on_closed() has returned.
  if (error != 0) return break_writes(error);
  if (unsent_.empty()) return;
  // The kernel is full: what follows is kept, and not tried again before it says so.
  flying_.swap(unsent_);
  want_send();
}

void UringStream::keep(std::string_view bytes) {
  if (bytes.empty()) return;
  if (unsent_.empty()) unsent_ = reactor_.spare_buffers_.borrow();
  unsent_.append(bytes);
  if (unsent() > kHighWatermark) was_high_ = true;
}

void UringStream::want_send() {
  if (sending_ || gathered_ || state_ == State::kConnecting) return;
  gathered_ = true;
  reactor_.gathered_.push_back({this, generation});
}

void UringStream::send_gathered() {
  gathered_ = false;
  if (sending_ || broken_ != 0) return;
  if (state_ != State::kOpen && state_ != State::kClosing) return;
  if (flying_.empty()) {
    if (unsent_.empty()) return;
    flying_.swap(unsent_);
    flown_ = 0;
  }
  io_uring_sqe& request = reactor_.uring_.request();
  io_uring_prep_send(&request, fd_, flying_.data() + flown_, flying_.size() - flown_, MSG_NOSIGNAL);
  reactor_.uring_.begin(request, token_of(*this, Operation::kSend));
  sending_ = true;
}

void UringStream::on_sent(int result) {
  sending_ = false;
  if (state_ == State::kGone) return settle();
  if (result == -EAGAIN || result == -EINTR) return want_send();
  if (result < 0) {
    if (state_ == State::kClosing) return release();
    return break_writes(-result);
  }
  flown_ += static_cast<size_t>(result);
  if (flown_ == flying_.size()) {
    flown_ = 0;
    reactor_.spare_buffers_.give_back(flying_);
  }
  if (unsent() > 0) want_send();
  if (state_ == State::kClosing) {
    if (unsent() == 0) return flushed();
    return reactor_.arm(timer_, kFlushLinger);
  }
  look_drained();
}

void UringStream::look_drained() {
  if (!was_high_ || unsent() > kHighWatermark / 2 || connected_ || broken_ != 0) return;
  was_high_ = false;
  handler_->on_drained();
}

void UringStream::break_writes(int error) {
  broken_ = error;
  reactor_.streams_.defer(*this);
}

void UringStream::receive() {
  if (receiving_) return;
  io_uring_sqe& request = reactor_.uring_.request();
  prepare_receive(request, fd_);
  reactor_.uring_.begin(request, token_of(*this, Operation::kReceive));
  receiving_ = true;
  stopping_ = false;
}

void UringStream::stop_receiving() {
  if (!receiving_ || stopping_) return;
  stopping_ = true;
  reactor_.uring_.cancel(token_of(*this, Operation::kReceive));
}

void UringStream::keep_receiving() {
  if (receiving_) return;
  if (state_ == State::kDiscarding) return receive();
  if (state_ != State::kOpen || connected_) return;
  if (broken_ != 0) return reactor_.streams_.defer(*this);
  if (!paused_ && !ended_ && !held_end_) return bulk_ ? await_readable() : receive();
  // Nobody reads, but somebody wants to know when the peer is gone altogether.
  if (polling_) return;
  // One that reports once would report an end of input, which nobody asked it for, and be over.
  io_uring_sqe& request = reactor_.uring_.request();
  io_uring_prep_poll_multishot(&request, fd_, POLLERR | POLLHUP);
  begin_poll(request);
}

void UringStream::await_readable() {
  // What is held comes first; it is told from the loop, which calls again.
  if (awaiting_ || !held_.empty()) return;
  io_uring_sqe& request = reactor_.uring_.request();
  io_uring_prep_poll_add(&request, fd_, POLLIN);
  reactor_.uring_.begin(request, token_of(*this, Operation::kReadable));
  awaiting_ = true;
}

void UringStream::on_readable() {
  awaiting_ = false;
  if (state_ == State::kGone) return settle();
  if (state_ != State::kOpen || broken_ != 0) return;
  if (paused_) return keep_receiving();
  read_bulk();
}

void UringStream::read_bulk() {
  const ssize_t n = recv(fd_, reactor_.bulk_.get(), UringReactor::kBulkBytes, MSG_DONTWAIT);
  if (n <= 0) return take_outcome(n == 0 ? 0 : -errno);
  const auto size = static_cast<size_t>(n);
  short_reads_ = size < BufferRing::kBytes ? short_reads_ + 1 : 0;
  if (short_reads_ == kShortReads) bulk_ = false;
  const uint32_t mine = generation;
  handler_->on_bytes({reactor_.bulk_.get(), size});
  if (generation == mine) keep_receiving();
}

void UringStream::await_connect() {
  io_uring_sqe& request = reactor_.uring_.request();
  io_uring_prep_poll_add(&request, fd_, POLLOUT);
  begin_poll(request);
}

void UringStream::begin_poll(io_uring_sqe& request) {
  reactor_.uring_.begin(request, token_of(*this, Operation::kPoll));
  polling_ = true;
}

void UringStream::resume_reads() {
  paused_ = false;
  if (state_ != State::kOpen || ended_) return;
  if (!held_.empty() || held_end_) return reactor_.streams_.defer(*this);
  keep_receiving();
}

void UringStream::on_received(const Completion& completion) {
  const uint32_t mine = generation;
  const int result = completion.result;
  if (!completion.goes_on()) receiving_ = false;
  if ((completion.flags & IORING_CQE_F_BUFFER) != 0) {
    const uint16_t id = BufferRing::id_of(completion.flags);
    if (result > 0) take_bytes(reactor_.buffers_.bytes(id, static_cast<size_t>(result)));
    reactor_.buffers_.give_back(id);
    if (generation != mine) return;
  }
  if (state_ == State::kGone) return settle();
  take_outcome(result);
}

void UringStream::take_outcome(int result) {
  const uint32_t mine = generation;
  if (result <= 0 && !hear_of_sending()) return;
  if (result == 0) take_end();
  // Without buffers it only paused; a cancelled one has been wanted so.
  if (result < 0 && result != -ENOBUFS && result != -ECANCELED && result != -EINTR &&
      result != -EAGAIN) {
    take_error(-result);
  }
  if (generation == mine) keep_receiving();
}

bool UringStream::hear_of_sending() {
  // Whoever is told of an end asks what the kernel took; that may have come in the same batch.
  if (!sending_) return true;
  const uint32_t mine = generation;
  if (const auto sent = reactor_.uring_.take(token_of(*this, Operation::kSend))) {
    on_sent(sent->result);
  }
  return generation == mine;
}

void UringStream::take_bytes(std::string_view bytes) {
  if (state_ != State::kOpen) return;
  if (bytes.size() == BufferRing::kBytes && !bulk_) {
    bulk_ = true;
    short_reads_ = 0;
    stop_receiving();
  }
  if (!paused_ && held_.empty()) return handler_->on_bytes(bytes);
  if (held_.empty()) held_ = reactor_.spare_buffers_.borrow();
  held_.append(bytes);
  if (paused_) stop_receiving();
}

void UringStream::take_end() {
  if (state_ == State::kDiscarding) return release();
  if (state_ != State::kOpen) return;
  if (paused_ || !held_.empty()) {
    held_end_ = true;
  } else if (broken_ == 0) {
    ended_ = true;
    handler_->on_end();
  }
}

void UringStream::take_error(int error) {
  if (state_ != State::kOpen) return release();
  if (held_.empty() || paused_) return fail(error);
  break_writes(error);
}

void UringStream::on_deferred() {
  const uint32_t mine = generation;
  if (state_ != State::kOpen) return;
  if (connected_) {
    connected_ = false;
    handler_->on_connected();
    if (generation == mine) look_drained();
    if (generation != mine || state_ != State::kOpen) return;
  }
  tell_held();
  if (generation != mine || state_ != State::kOpen) return;
  if (held_end_ && !paused_ && held_.empty()) {
    held_end_ = false;
    ended_ = true;
    if (broken_ == 0) handler_->on_end();
    if (generation != mine || state_ != State::kOpen) return;
  }
  if (broken_ == 0) return keep_receiving();
  // Its end calls again.
  if (receiving_) return stop_receiving();
  hear_out();
  if (generation == mine && state_ == State::kOpen) fail(broken_);
}

void UringStream::tell_held() {
  if (held_.empty() || paused_) return;
  const uint32_t mine = generation;
  std::string bytes = std::exchange(held_, std::string());
  size_t told = std::exchange(told_, 0);
  while (told < bytes.size() && generation == mine && state_ == State::kOpen && !paused_) {
    const size_t size = std::min(bytes.size() - told, BufferRing::kBytes);
    told += size;
    handler_->on_bytes({bytes.data() + (told - size), size});
  }
  if (told < bytes.size() && generation == mine && state_ == State::kOpen) {
    held_ = std::move(bytes);
    told_ = told;
  } else {
    reactor_.spare_buffers_.give_back(bytes);
  }
}

void UringStream::hear_out() {
  // The peer may have said why before it went (an early answer).
  const uint32_t mine = generation;
  char* const room = reactor_.bulk_.get();
  while (!paused_ && !ended_ && generation == mine && state_ == State::kOpen) {
    const ssize_t n = recv(fd_, room, UringReactor::kBulkBytes, MSG_DONTWAIT);
    if (n <= 0) return;
    handler_->on_bytes({room, static_cast<size_t>(n)});
  }
}

void UringStream::on_polled(const Completion& completion) {
  const int result = completion.result;
  if (!completion.goes_on()) polling_ = false;
  if (state_ == State::kGone) return settle();
  if (state_ == State::kConnecting) return on_connect_event(result);
  if (state_ != State::kOpen || receiving_ || broken_ != 0 || result < 0) return;
  if ((result & POLLERR) != 0) {
    int error = socket_error(fd_);
    if (error == 0) error = ECONNRESET;
    // Who reads in bulk hears first what came before.
    return awaiting_ && !paused_ ? break_writes(error) : fail(error);
  }
  // With reads paused there may still be bytes to fetch after resume_reads().
  if ((result & POLLHUP) != 0 && ended_) fail(EPIPE);
}

void UringStream::on_connect_event(int result) {
  if (const int error = result < 0 ? -result : socket_error(fd_); error != 0) return fail(error);
  state_ = State::kOpen;
  if (!unsent_.empty()) want_send();
  keep_receiving();
  handler_->on_connected();
}

void UringStream::close() {
  if (state_ != State::kConnecting && state_ != State::kOpen) return;
  // What waits for the end of the turn counts as sent for whoever wrote it.
  if (state_ == State::kOpen && broken_ == 0 && flying_.empty() && !unsent_.empty()) {
    (void)send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  release();
}

void UringStream::close_after_flush(Unread unread) {
  if (state_ != State::kConnecting && state_ != State::kOpen) return;
  handler_ = nullptr;
  if (broken_ != 0 || state_ == State::kConnecting) return release();
  if (flying_.empty() && !unsent_.empty()) send_now({});
  if (broken_ != 0) return release();
  discard_ = unread == Unread::kDiscard;
  state_ = State::kClosing;
  if (unsent() == 0) return flushed();
  // Nothing is read meanwhile: what the peer sends is swallowed after the flush, or not at all.
  stop_receiving();
  reactor_.arm(timer_, kFlushLinger);
}

void UringStream::flushed() {
  if (!discard_ || ended_ || held_end_) return release();
  state_ = State::kDiscarding;
  shutdown(fd_, SHUT_WR);
  keep_receiving();
  reactor_.arm(timer_, kDiscardLinger);
}

void UringStream::on_timer(void* stream) {
  auto& self = *static_cast<UringStream*>(stream);
  return self.state_ == State::kConnecting ? self.connect_again() : self.release();
}

void UringStream::await_backlog(const UnixAddress& address) {
  backlog_.begin(address);
  reactor_.arm(timer_, backlog_.delay());
}

void UringStream::connect_again() {
  const int error = backlog_.again(fd_);
  if (error == EAGAIN) return reactor_.arm(timer_, backlog_.delay());
  return error == 0 ? on_connect_event(0) : fail(error);
}

void UringStream::fail(int error) {
  StreamHandler* handler = handler_;
  state_ = State::kReporting;
  if (handler != nullptr) handler->on_closed(error);
  release();
}

void UringStream::release() {
  ++generation;
  Uring& uring = reactor_.uring_;
  stop_receiving();
  if (sending_) uring.cancel(token_of(*this, Operation::kSend));
  if (polling_) uring.cancel(token_of(*this, Operation::kPoll));
  if (awaiting_) uring.cancel(token_of(*this, Operation::kReadable));
  io_uring_sqe& request = uring.request();
  io_uring_prep_close(&request, std::exchange(fd_, -1));
  uring.ignore(request);
  state_ = State::kGone;
  handler_ = nullptr;
  if (!unsent_.empty()) reactor_.spare_buffers_.give_back(unsent_);
  if (!held_.empty()) reactor_.spare_buffers_.give_back(held_);
  if (timer_.armed()) reactor_.disarm(timer_);
  settle();
  reactor_.released();
}

void UringStream::settle() {
  if (!sending_ && !flying_.empty()) {
    flown_ = 0;
    reactor_.spare_buffers_.give_back(flying_);
  }
  if (!idle()) return;
  state_ = State::kFree;
  reactor_.streams_.recycle(*this);
}

}  // namespace slipway::os
