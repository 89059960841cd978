#include "os/uring_reactor.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "os/stream_socket.h"

namespace slipway::os {

namespace {

// Of a millisecond; a cancelled accept is over with the first.
constexpr int kCancelTurns = 1000;

constexpr int kFarewellMs = 100;
constexpr int kFarewells = 10;

}  // namespace

UringReactor::UringReactor()
    : spare_buffers_(kSpareBuffers, kSpareBufferBytes),
      bulk_(std::make_unique_for_overwrite<char[]>(kBulkBytes)) {}

UringReactor::~UringReactor() {
  for (Listener& listener : listeners_) {
    if (listener.acceptor == nullptr) continue;
    listener.acceptor = nullptr;
    if (listener.accepting) uring_.cancel(token_of(listener, Operation::kAccept));
  }
  for (Watch& watch : watches_) {
    if (watch.watcher != nullptr) unwatch(watch.fd);
  }
  for (UringStream& stream : streams_) {
    using State = UringStream::State;
    if (stream.state_ != State::kFree && stream.state_ != State::kGone) stream.release();
  }
  if (mailbox_polled_) uring_.cancel(token_of(mailbox(), Operation::kMail));
  // The kernel reads from our buffers and holds our sockets until it has said that it is done.
  for (int i = 0; i < kFarewells && uring_.outstanding() > 0; ++i) {
    uring_.wait(kFarewellMs);
    while (const auto completion = uring_.next()) dispatch(*completion);
  }
}

Result<void> UringReactor::open() {
  TRY(uring_.open());
  TRY(buffers_.open(uring_.get()));
  TRY(mailbox().open());
  poll_mailbox();
  return {};
}

void UringReactor::poll_mailbox() {
  io_uring_sqe& request = uring_.request();
  io_uring_prep_poll_multishot(&request, mailbox().fd(), POLLIN);
  uring_.begin(request, token_of(mailbox(), Operation::kMail));
  mailbox_polled_ = true;
}

void UringReactor::wait(int timeout_ms) {
  send_gathered();
  uring_.wait(timeout_ms);
}

void UringReactor::send_gathered() {
  for (const Gathered& one : gathered_) {
    if (one.stream->generation == one.generation) one.stream->send_gathered();
  }
  gathered_.clear();
}

void UringReactor::rest() {
  send_gathered();
  uring_.submit();
}

void UringReactor::tell_events() {
  while (const auto completion = uring_.next()) dispatch(*completion);
  streams_.tell_deferred();
}

void UringReactor::dispatch(const Completion& completion) {
  switch (completion.operation()) {
    case Operation::kReceive:
      return completion.owner<UringStream>().on_received(completion);
    case Operation::kSend:
      return completion.owner<UringStream>().on_sent(completion.result);
    case Operation::kPoll:
      return completion.owner<UringStream>().on_polled(completion);
    case Operation::kReadable:
      return completion.owner<UringStream>().on_readable();
    case Operation::kAccept:
      return on_accepted(completion.owner<Listener>(), completion);
    case Operation::kWatch:
      return on_watched(completion.owner<Watch>(), completion);
    case Operation::kMail:
      mailbox().acknowledge();
      mailbox_polled_ = completion.goes_on();
      if (!mailbox_polled_ && completion.result >= 0) poll_mailbox();
      return;
    case Operation::kNone:
      return;
  }
}

Result<void> UringReactor::watch(int fd, ReadableWatcher& watcher) {
  auto found = std::find_if(watches_.begin(), watches_.end(), [](const Watch& watch) {
    return watch.watcher == nullptr && !watch.polling;
  });
  if (found == watches_.end()) {
    watches_.emplace_back();
    found = std::prev(watches_.end());
  }
  found->fd = fd;
  found->watcher = &watcher;
  poll(*found);
  return {};
}

void UringReactor::poll(Watch& watch) {
  io_uring_sqe& request = uring_.request();
  io_uring_prep_poll_add(&request, watch.fd, POLLIN);
  uring_.begin(request, token_of(watch, Operation::kWatch));
  watch.polling = true;
}

void UringReactor::unwatch(int fd) {
  for (Watch& watch : watches_) {
    if (watch.watcher == nullptr || watch.fd != fd) continue;
    watch.watcher = nullptr;
    if (watch.polling) uring_.cancel(token_of(watch, Operation::kWatch));
    // The number may be another file's as soon as this returns.
    uring_.submit();
  }
}

void UringReactor::on_watched(Watch& watch, const Completion& completion) {
  watch.polling = false;
  if (watch.watcher == nullptr || completion.result < 0) return;
  watch.watcher->on_readable(watch.fd);
  // Looks again at once: what was not read is reported again.
  if (watch.watcher != nullptr && !watch.polling) poll(watch);
}

Result<void> UringReactor::listen(int listen_fd, Acceptor& acceptor) {
  auto found = std::find_if(listeners_.begin(), listeners_.end(), [](const Listener& one) {
    return one.acceptor == nullptr && !one.accepting;
  });
  if (found == listeners_.end()) {
    listeners_.emplace_back(*this);
    found = std::prev(listeners_.end());
  }
  found->tcp = prepare_listener(listen_fd);
  found->fd = listen_fd;
  found->acceptor = &acceptor;
  accept(*found);
  return {};
}

void UringReactor::accept(Listener& listener) {
  io_uring_sqe& request = uring_.request();
  prepare_accept(request, listener.fd);
  uring_.begin(request, token_of(listener, Operation::kAccept));
  listener.accepting = true;
}

void UringReactor::unlisten(int listen_fd) {
  for (Listener& listener : listeners_) {
    if (listener.acceptor == nullptr || listener.fd != listen_fd) continue;
    disarm(listener.retry);
    const uint64_t token = token_of(listener, Operation::kAccept);
    if (listener.accepting) uring_.cancel(token);
    uring_.submit();
    // Another process may go on with the socket, but not with what has left its backlog: until the
    // kernel has said its last word about this, there may be more.
    for (int turn = 0; turn < kCancelTurns; ++turn) {
      while (const auto completion = uring_.take(token)) {
        listener.accepting = completion->goes_on();
        if (completion->result >= 0) accepted(listener, completion->result);
      }
      if (!listener.accepting) break;
      uring_.wait(1);
    }
    listener.acceptor = nullptr;
  }
}

void UringReactor::on_accepted(Listener& listener, const Completion& completion) {
  listener.accepting = completion.goes_on();
  const int error = completion.result < 0 ? -completion.result : 0;
  if (error == 0) {
    if (listener.acceptor == nullptr) {
      ::close(completion.result);
    } else {
      accepted(listener, completion.result);
    }
  }
  if (listener.acceptor == nullptr || listener.accepting) return;
  // It waits in the backlog while those that are open are served and end.
  if (lacks_room(error)) return arm(listener.retry, kAcceptRetry);
  // ECONNABORTED and the network errors of accept(2) concern one connection only.
  if (error != EBADF && error != EINVAL && error != ECANCELED) accept(listener);
}

void UringReactor::Listener::on_retry(void* listener) {
  auto& self = *static_cast<Listener*>(listener);
  self.reactor.accept(self);
}

void UringReactor::accepted(Listener& listener, int fd) {
  PeerAddress peer;
  socklen_t size = PeerAddress::kCapacity;
  // One that has gone already has no name, and nothing to say.
  if (listener.tcp && getpeername(fd, peer.storage(), &size) != 0) {
    ::close(fd);
    return;
  }
  UringStream& stream = take_stream();
  stream.peer_ = peer;
  stream.start(fd, nullptr, UringStream::State::kOpen);
  const uint32_t mine = stream.generation;
  StreamHandler* handler = listener.acceptor->on_accept(stream);
  if (stream.generation != mine || stream.state_ != UringStream::State::kOpen) return;
  if (handler == nullptr) return stream.release();
  stream.handler_ = handler;
  stream.keep_receiving();
}

Stream* UringReactor::connect(const Address& address, StreamHandler& handler) {
  StartedConnect started = start_connect(address);
  if (!started.fd) return nullptr;
  UringStream& stream = take_stream();
  stream.peer_ = started.peer;
  const auto* full = started.error == EAGAIN ? std::get_if<UnixAddress>(&address) : nullptr;
  const bool waits = started.error == EINPROGRESS || full != nullptr;
  stream.start(started.fd.release(), &handler,
               waits ? UringStream::State::kConnecting : UringStream::State::kOpen);
  if (waits) {
    if (full != nullptr) {
      stream.await_backlog(*full);
    } else {
      stream.await_connect();
    }
    return &stream;
  }
  stream.connected_ = started.error == 0;
  stream.broken_ = started.error;
  streams_.defer(stream);
  return &stream;
}

UringStream& UringReactor::take_stream() {
  UringStream* const stream = streams_.take();
  return stream != nullptr ? *stream : streams_.add(*this);
}

}  // namespace slipway::os
