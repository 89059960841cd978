#include "os/epoll_stream.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "os/epoll_reactor.h"

namespace slipway::os {

bool EpollStream::start(int fd, StreamHandler* handler, State state, uint32_t interest) {
  fd_ = fd;
  handler_ = handler;
  state_ = state;
  paused_ = ended_ = was_high_ = discard_ = connected_ = false;
  broken_ = 0;
  interest_ = interest;
  attached_ = interest != 0 && reactor_.epoll_.add(fd, interest, token()) == 0;
  return attached_ || interest == 0;
}

void EpollStream::write(std::string_view bytes) {
  if (!can_send()) return keep(bytes);
  iovec part = part_of(bytes);
  send_vector(&part, 1, bytes.size());
}

void EpollStream::write(std::string_view head, std::string_view body) {
  if (can_send()) {
    iovec parts[] = {part_of(head), part_of(body)};
    return send_vector(parts, 2, head.size() + body.size());
  }
  keep(head);
  keep(body);
}

void EpollStream::write(std::string_view head, std::string_view body, std::string_view tail) {
  if (can_send()) {
    iovec parts[] = {part_of(head), part_of(body), part_of(tail)};
    return send_vector(parts, 3, head.size() + body.size() + tail.size());
  }
  keep(head);
  keep(body);
  keep(tail);
}

void EpollStream::send_vector(iovec* parts, int count, size_t total) {
  if (total == 0) return;
  ssize_t n;
  if (count == 1) {
    n = send(fd_, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL);
  } else {
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = static_cast<size_t>(count);
    n = sendmsg(fd_, &message, MSG_NOSIGNAL);
  }
  if (n == static_cast<ssize_t>(total)) return;
  if (n < 0) {
    if (errno != EAGAIN && errno != EINTR) {
      const int error = errno;
      // unsent() goes on telling what the kernel did not take, until on_closed() has returned.
      for (int i = 0; i < count; ++i) {
        keep({static_cast<const char*>(parts[i].iov_base), parts[i].iov_len});
      }
      return break_writes(error);
    }
    n = 0;
  }
  auto sent = static_cast<size_t>(n);
  for (int i = 0; i < count; ++i) {
    const std::string_view part{static_cast<const char*>(parts[i].iov_base), parts[i].iov_len};
    if (sent < part.size()) {
      keep(part.substr(sent));
      sent = 0;
    } else {
      sent -= part.size();
    }
  }
  set_interest(interest_ | EPOLLOUT);
}

void EpollStream::keep(std::string_view bytes) {
  if (bytes.empty() || broken_ != 0) return;
  if (state_ != State::kOpen && state_ != State::kConnecting) return;
  if (unsent_.empty()) {
    unsent_ = reactor_.spare_buffers_.borrow();
  } else if (sent_ > 64 * 1024 && sent_ > unsent_.size() / 2) {
    unsent_.erase(0, sent_);
    sent_ = 0;
  }
  unsent_.append(bytes);
  if (unsent() > kHighWatermark) was_high_ = true;
}

void EpollStream::break_writes(int error) {
  broken_ = error;
  reactor_.streams_.defer(*this);
}

void EpollStream::set_interest(uint32_t interest) {
  if (interest == interest_ && attached_) return;
  interest_ = interest;
  if (attached_) {
    reactor_.epoll_.modify(fd_, interest, token());
  } else {
    attached_ = reactor_.epoll_.add(fd_, interest, token()) == 0;
  }
}

void EpollStream::resume_reads() {
  paused_ = false;
  if (state_ != State::kOpen || ended_) return;
  if ((interest_ & EPOLLIN) == 0 || !attached_) set_interest(interest_ | EPOLLIN);
}

void EpollStream::close() {
  if (state_ == State::kFree || state_ == State::kReporting) return;
  release();
}

void EpollStream::close_after_flush(Unread unread) {
  if (state_ == State::kFree || state_ == State::kReporting) return;
  handler_ = nullptr;
  if (broken_ != 0 || state_ == State::kConnecting) return release();
  discard_ = unread == Unread::kDiscard;
  state_ = State::kClosing;
  if (unsent_.empty()) return flushed();
  // Nothing is read meanwhile: what the peer sends is swallowed after the flush, or not at all.
  set_interest(EPOLLOUT);
  reactor_.arm(timer_, kFlushLinger);
}

void EpollStream::flushed() {
  if (!discard_) return release();
  state_ = State::kDiscarding;
  shutdown(fd_, SHUT_WR);
  set_interest(EPOLLIN);
  reactor_.arm(timer_, kDiscardLinger);
}

void EpollStream::discard() {
  const ssize_t n = recv(fd_, reactor_.receive_.get(), EpollReactor::kReceiveBytes, 0);
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) release();
}

void EpollStream::on_timer(void* stream) {
  auto& self = *static_cast<EpollStream*>(stream);
  return self.state_ == State::kConnecting ? self.connect_again() : self.release();
}

void EpollStream::await_backlog(const UnixAddress& address) {
  backlog_.begin(address);
  reactor_.arm(timer_, backlog_.delay());
}

void EpollStream::connect_again() {
  const int error = backlog_.again(fd_);
  if (error == EAGAIN) return reactor_.arm(timer_, backlog_.delay());
  return error == 0 ? on_connect_event() : fail(error);
}

void EpollStream::on_event(uint32_t events) {
  switch (state_) {
    case State::kOpen: {
      if (broken_ != 0 || connected_) return;  // on_deferred() speaks first
      const uint32_t mine = generation;
      if ((events & (EPOLLIN | EPOLLERR | EPOLLHUP)) != 0) on_readable(events);
      if ((events & EPOLLOUT) != 0 && generation == mine && state_ == State::kOpen) flush();
      return;
    }
    case State::kConnecting:
      return on_connect_event();
    case State::kClosing:
      if ((events & EPOLLERR) != 0) return release();
      return flush();
    case State::kDiscarding:
      return discard();
    case State::kFree:
    case State::kReporting:
      return;
  }
}

void EpollStream::on_connect_event() {
  if (const int error = socket_error(fd_); error != 0) return fail(error);
  state_ = State::kOpen;
  const uint32_t mine = generation;
  if (unsent_.empty()) {
    set_interest(EPOLLIN);
  } else {
    flush();
    if (generation != mine || state_ != State::kOpen) return;
  }
  handler_->on_connected();
}

void EpollStream::on_readable(uint32_t events) {
  if (paused_ || ended_) {
    if ((events & EPOLLERR) != 0) {
      const int error = socket_error(fd_);
      return fail(error != 0 ? error : ECONNRESET);
    }
    if ((events & EPOLLHUP) != 0) {
      // Gone altogether. With reads paused there may still be bytes to fetch after resume_reads();
      // a hang-up cannot be masked, so the stream leaves the set until then.
      if (ended_) return fail(EPIPE);
      reactor_.epoll_.remove(fd_);
      attached_ = false;
      return;
    }
    return set_interest(interest_ & ~uint32_t{EPOLLIN});
  }
  const ssize_t n = recv(fd_, reactor_.receive_.get(), EpollReactor::kReceiveBytes, 0);
  if (n > 0) return handler_->on_bytes({reactor_.receive_.get(), static_cast<size_t>(n)});
  if (n == 0) {
    ended_ = true;
    const uint32_t mine = generation;
    handler_->on_end();
    // Level-triggered: an end of input would be reported for ever.
    if (generation == mine && state_ == State::kOpen) {
      set_interest(interest_ & ~uint32_t{EPOLLIN});
    }
    return;
  }
  if (errno != EAGAIN && errno != EINTR) fail(errno);
}

void EpollStream::flush() {
  while (sent_ < unsent_.size()) {
    const ssize_t n = send(fd_, unsent_.data() + sent_, unsent_.size() - sent_, MSG_NOSIGNAL);
    if (n < 0) {
      if (errno == EAGAIN || errno == EINTR) break;
      if (state_ == State::kClosing) return release();
      return break_writes(errno);
    }
    sent_ += static_cast<size_t>(n);
    if (state_ == State::kClosing) reactor_.arm(timer_, kFlushLinger);
  }
  if (sent_ == unsent_.size()) {
    sent_ = 0;
    reactor_.spare_buffers_.give_back(unsent_);
    if (state_ == State::kClosing) return flushed();
    set_interest((interest_ & ~uint32_t{EPOLLOUT}) | (paused_ || ended_ ? 0u : EPOLLIN));
  }
  if (was_high_ && unsent() <= kHighWatermark / 2) {
    was_high_ = false;
    if (handler_ != nullptr) handler_->on_drained();
  }
}

void EpollStream::on_deferred() {
  if (connected_ && state_ == State::kOpen) {
    connected_ = false;
    const uint32_t mine = generation;
    handler_->on_connected();
    if (generation != mine) return;
  }
  if (broken_ == 0 || state_ != State::kOpen) return;
  // The peer may have said why before it went (an early answer): hear it out first.
  const uint32_t mine = generation;
  while (!paused_ && !ended_) {
    const ssize_t n = recv(fd_, reactor_.receive_.get(), EpollReactor::kReceiveBytes, 0);
    if (n <= 0) break;
    handler_->on_bytes({reactor_.receive_.get(), static_cast<size_t>(n)});
    if (generation != mine || state_ != State::kOpen) return;
  }
  fail(broken_);
}

void EpollStream::fail(int error) {
  StreamHandler* handler = handler_;
  state_ = State::kReporting;
  if (handler != nullptr) handler->on_closed(error);
  release();
}

void EpollStream::release() {
  // Closing takes it out of the set too, unless a child between fork and exec shares it: then
  // events may still come, and the raised generation makes them stale.
  ::close(std::exchange(fd_, -1));
  attached_ = false;
  state_ = State::kFree;
  handler_ = nullptr;
  sent_ = 0;
  if (!unsent_.empty()) reactor_.spare_buffers_.give_back(unsent_);
  if (timer_.armed()) reactor_.disarm(timer_);
  ++generation;
  reactor_.streams_.recycle(*this);
}

}  // namespace slipway::os
