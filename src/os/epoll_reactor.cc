#include "os/epoll_reactor.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "os/socket_address.h"

namespace slipway::os {

namespace {

constexpr int kAcceptBatch = 32;
constexpr std::chrono::milliseconds kAcceptRetry{100};
constexpr size_t kSpareBuffers = 64;
constexpr size_t kSpareBufferBytes = 2 * Stream::kHighWatermark;

}  // namespace

EpollReactor::EpollReactor()
    : origin_(std::chrono::steady_clock::now()),
      now_(origin_),
      spare_buffers_(kSpareBuffers, kSpareBufferBytes),
      receive_(std::make_unique_for_overwrite<char[]>(kReceiveBytes)) {}

EpollReactor::~EpollReactor() {
  for (EpollStream& stream : streams_) {
    if (stream.state_ != EpollStream::State::kFree) stream.release();
  }
}

Result<void> EpollReactor::open() {
  TRY(epoll_.open());
  TRY(mailbox_.open());
  give_slot(mailbox_slot_);
  if (const int error = epoll_.add(mailbox_.fd(), EPOLLIN, mailbox_slot_.token()); error != 0) {
    return fail(errno_error("cannot watch the mailbox of a reactor", error));
  }
  return {};
}

void EpollReactor::give_slot(Pollable& pollable) {
  pollable.slot = static_cast<uint32_t>(slots_.size());
  slots_.push_back(&pollable);
}

void EpollReactor::run() {
  running_ = true;
  refresh_now();
  stopping_ = false;
  while (!stopping_) turn();
  running_ = false;
}

void EpollReactor::stop() {
  // As mail, so that whoever stops has let go of the reactor before run() returns.
  mailbox_.post([this] { stopping_ = true; });
}

void EpollReactor::turn() {
  const auto events = epoll_.wait(events_, timeout_ms());
  refresh_now();
  if (mailbox_.has_mail()) mailbox_.deliver();
  for (const epoll_event& event : events) dispatch(event);
  if (!deferred_.empty()) {
    deferred_now_.swap(deferred_);
    for (const Deferred& one : deferred_now_) {
      if (one.stream->generation == one.generation) one.stream->on_deferred();
    }
    deferred_now_.clear();
  }
  // After I/O: bytes that came in time are seen before the deadline that they meet.
  wheel_.advance(tick_of(now_));
  wheel_.fire_turn_end();
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
      return mailbox_.acknowledge();
  }
}

int EpollReactor::timeout_ms() const {
  // Mail that came while this turn acknowledged earlier mail has lost its wake-up.
  if (!deferred_.empty() || wheel_.has_turn_end() || mailbox_.has_mail()) return 0;
  const auto next = wheel_.next_tick();
  if (!next) return -1;
  const uint64_t now = tick_of(now_);
  // A minute at most, so that no difference of widths matters.
  return *next <= now ? 0 : static_cast<int>(std::min<uint64_t>(*next - now, 60'000));
}

void EpollReactor::refresh_now() { now_ = std::chrono::steady_clock::now(); }

uint64_t EpollReactor::tick_of(Monotonic time) const {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(time - origin_).count());
}

void EpollReactor::arm(Timer& timer, std::chrono::milliseconds delay) {
  if (!running_) refresh_now();
  // One more: the present tick has partly passed, and a timer is never early.
  const auto ticks = static_cast<uint64_t>(std::max<int64_t>(delay.count(), 0)) + 1;
  wheel_.arm(timer, tick_of(now_) + ticks);
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
  int domain = 0;
  socklen_t size = sizeof domain;
  getsockopt(listen_fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  found->tcp = domain == AF_INET || domain == AF_INET6;
  if (found->tcp) {
    // Accepted sockets inherit it, which saves a call per connection.
    const int on = 1;
    setsockopt(listen_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
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
    wheel_.disarm(listener.retry);
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
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      return pause_accepting(listener);
    }
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
  SocketAddress target;
  if (!to_socket_address(address, target)) return nullptr;
  const int fd = socket(target.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return nullptr;
  if (target.any.sa_family != AF_UNIX) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  const int error = ::connect(fd, &target.any, target.length) == 0 ? 0 : errno;

  EpollStream& stream = take_stream();
  stream.peer_ = PeerAddress(target);
  const bool waits = error == EINPROGRESS;
  if (!stream.start(fd, &handler,
                    waits ? EpollStream::State::kConnecting : EpollStream::State::kOpen,
                    waits ? EPOLLIN | EPOLLOUT : EPOLLIN)) {
    stream.release();
    return nullptr;
  }
  if (!waits) {
    if (error == 0) {
      stream.connected_ = true;
    } else {
      stream.broken_ = error;
    }
    defer(stream);
  }
  return &stream;
}

EpollStream& EpollReactor::take_stream() {
  if (free_streams_ == nullptr) {
    EpollStream& stream = streams_.emplace_back(*this);
    give_slot(stream);
    return stream;
  }
  EpollStream& stream = *free_streams_;
  free_streams_ = stream.next_free_;
  return stream;
}

void EpollReactor::recycle(EpollStream& stream) {
  ++stream.generation;
  stream.next_free_ = free_streams_;
  free_streams_ = &stream;
}

}  // namespace slipway::os
