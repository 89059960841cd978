#include "os/epoll_reactor.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "os/stream_socket.h"

namespace slipway::os {

namespace {

constexpr int kAcceptBatch = 32;

}  // namespace

EpollReactor::EpollReactor()
    : spare_buffers_(kSpareBuffers, kSpareBufferBytes),
      receive_(std::make_unique_for_overwrite<char[]>(kReceiveBytes)) {}

EpollReactor::~EpollReactor() {
  for (EpollStream& stream : streams_) {
    if (stream.state_ != EpollStream::State::kFree) stream.release();
  }
}

Result<void> EpollReactor::open() {
  TRY(epoll_.open());
  TRY(mailbox().open());
  give_slot(mailbox_slot_);
  if (const int error = epoll_.add(mailbox().fd(), EPOLLIN, mailbox_slot_.token()); error != 0) {
    return fail(errno_error("cannot watch the mailbox of a reactor", error));
  }
  return {};
}

void EpollReactor::give_slot(Pollable& pollable) {
  pollable.slot = static_cast<uint32_t>(slots_.size());
  slots_.push_back(&pollable);
}

void EpollReactor::tell_events() {
  for (const epoll_event& event : ready_) dispatch(event);
  streams_.tell_deferred();
}

void EpollReactor::dispatch(const epoll_event& event) {
  const auto slot = static_cast<uint32_t>(event.data.u64);
  Pollable& pollable = *slots_[slot];
  if (pollable.generation != static_cast<uint32_t>(event.data.u64 >> 32)) return;
  switch (pollable.kind) {
    case Pollable::Kind::kStream:
      return static_cast<EpollStream&>(pollable).on_event(event.events);
    case Pollable::Kind::kListener:
      return accept_batch(static_cast<Listener&>(pollable));
    case Pollable::Kind::kWatch: {
      auto& watch = static_cast<Watch&>(pollable);
      return watch.watcher->on_readable(watch.fd);
    }
    case Pollable::Kind::kMailbox:
      return mailbox().acknowledge();
  }
}

Result<void> EpollReactor::watch(int fd, ReadableWatcher& watcher) {
  auto found = std::find_if(watches_.begin(), watches_.end(),
                            [](const Watch& watch) { return watch.watcher == nullptr; });
  if (found == watches_.end()) {
    watches_.emplace_back();
    found = std::prev(watches_.end());
    give_slot(*found);
  }
  if (const int error = epoll_.add(fd, EPOLLIN, found->token()); error != 0) {
    return fail(errno_error("cannot watch a descriptor", error));
  }
  found->fd = fd;
  found->watcher = &watcher;
  return {};
}

void EpollReactor::unwatch(int fd) {
  for (Watch& watch : watches_) {
    if (watch.watcher == nullptr || watch.fd != fd) continue;
    epoll_.remove(fd);
    watch.watcher = nullptr;
    ++watch.generation;
  }
}

Result<void> EpollReactor::listen(int listen_fd, Acceptor& acceptor) {
  auto found = std::find_if(listeners_.begin(), listeners_.end(),
                            [](const Listener& one) { return one.acceptor == nullptr; });
  if (found == listeners_.end()) {
    listeners_.emplace_back(*this);
    found = std::prev(listeners_.end());
    give_slot(*found);
  }
  found->tcp = prepare_listener(listen_fd);
  // Exclusive: of several loops on one socket, one is woken per connection.
  if (const int error = epoll_.add(listen_fd, EPOLLIN | EPOLLEXCLUSIVE, found->token());
      error != 0) {
    return fail(errno_error("cannot accept connections", error));
  }
  found->fd = listen_fd;
  found->acceptor = &acceptor;
  return {};
}

void EpollReactor::unlisten(int listen_fd) {
  for (Listener& listener : listeners_) {
    if (listener.acceptor == nullptr || listener.fd != listen_fd) continue;
    epoll_.remove(listen_fd);
    disarm(listener.retry);
    listener.acceptor = nullptr;
    ++listener.generation;
  }
}

void EpollReactor::accept_batch(Listener& listener) {
  const uint32_t mine = listener.generation;
  for (int i = 0; i < kAcceptBatch && listener.generation == mine; ++i) {
    PeerAddress peer;
    socklen_t size = PeerAddress::kCapacity;
    const int fd = accept4(listener.fd, listener.tcp ? peer.storage() : nullptr,
                           listener.tcp ? &size : nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      accepted(listener, fd, peer);
      continue;
    }
    if (lacks_room(errno)) return pause_accepting(listener);
    // ECONNABORTED and the network errors of accept(2) concern one connection only.
    if (errno == EAGAIN || errno == EBADF || errno == EINVAL) return;
  }
}

void EpollReactor::accepted(Listener& listener, int fd, PeerAddress& peer) {
  EpollStream& stream = take_stream();
  stream.peer_ = peer;
  if (!stream.start(fd, nullptr, EpollStream::State::kOpen, EPOLLIN)) return stream.release();
  const uint32_t mine = stream.generation;
  StreamHandler* handler = listener.acceptor->on_accept(stream);
  if (stream.generation != mine || stream.state_ != EpollStream::State::kOpen) return;
  if (handler == nullptr) return stream.release();
  stream.handler_ = handler;
}

void EpollReactor::pause_accepting(Listener& listener) {
  // The connection that cannot be accepted would keep the loop spinning; it waits in the backlog
  // while those that are open are served and end.
  epoll_.remove(listener.fd);
  arm(listener.retry, kAcceptRetry);
}

void EpollReactor::Listener::on_retry(void* listener) {
  auto& self = *static_cast<Listener*>(listener);
  if (self.reactor.epoll_.add(self.fd, EPOLLIN | EPOLLEXCLUSIVE, self.token()) != 0) {
    self.reactor.arm(self.retry, kAcceptRetry);
  }
}

Stream* EpollReactor::connect(const Address& address, StreamHandler& handler) {
  StartedConnect started = start_connect(address);
  if (!started.fd) return nullptr;
  EpollStream& stream = take_stream();
  stream.peer_ = started.peer;
  const auto* full = started.error == EAGAIN ? std::get_if<UnixAddress>(&address) : nullptr;
  const bool waits = started.error == EINPROGRESS || full != nullptr;
  // What is not yet connected at all would be reported as hung up.
  const uint32_t interest = full != nullptr ? 0u : waits ? EPOLLIN | EPOLLOUT : EPOLLIN;
  if (!stream.start(started.fd.release(), &handler,
                    waits ? EpollStream::State::kConnecting : EpollStream::State::kOpen,
                    interest)) {
    stream.release();
    return nullptr;
  }
  if (full != nullptr) stream.await_backlog(*full);
  if (!waits) {
    if (started.error == 0) {
      stream.connected_ = true;
    } else {
      stream.broken_ = started.error;
    }
    streams_.defer(stream);
  }
  return &stream;
}

EpollStream& EpollReactor::take_stream() {
  if (EpollStream* stream = streams_.take(); stream != nullptr) return *stream;
  EpollStream& stream = streams_.add(*this);
  give_slot(stream);
  return stream;
}

}  // namespace slipway::os
