#include "os/uring_trial.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

#include "os/fd.h"

namespace slipway::os {

namespace {

constexpr int kPatienceMs = 100;
constexpr int kPatience = 10;  // times that
constexpr int kSocketType = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

// Stands for whoever asks; only its address matters.
struct alignas(8) Asker {};

Failure lacks(std::string_view what) {
  return fail(ErrorCode::kUnavailable, "io_uring of this kernel has no " + std::string(what));
}

std::optional<Completion> await(Uring& uring, uint64_t token) {
  std::optional<Completion> completion;
  for (int i = 0; !completion && i < kPatience; ++i) {
    uring.wait(kPatienceMs);
    completion = uring.take(token);
  }
  return completion;
}

// Fills the request by `prepare`, and lets the kernel begin with it.
void begin(Uring& uring, uint64_t token, int fd, void (*prepare)(io_uring_sqe&, int)) {
  io_uring_sqe& request = uring.request();
  prepare(request, fd);
  uring.begin(request, token);
  uring.submit();
}

bool can_be_cancelled(Uring& uring, uint64_t token) {
  uring.cancel(token);
  const auto ended = await(uring, token);
  return ended && !ended->goes_on();
}

Result<void> try_receive(Uring& uring, BufferRing& buffers) {
  int ends[2];
  if (socketpair(AF_UNIX, kSocketType, 0, ends) != 0) {
    return fail(errno_error("cannot make a pair of sockets", errno));
  }
  const UniqueFd mine(ends[0]);
  const UniqueFd other(ends[1]);
  const Asker asker;
  const uint64_t token = token_of(asker, Operation::kReceive);
  begin(uring, token, mine.get(), &prepare_receive);
  if (send(other.get(), "?", 1, MSG_NOSIGNAL) != 1) {
    return fail(errno_error("cannot send to a pair of sockets", errno));
  }
  const auto got = await(uring, token);
  if (!got || got->result != 1 || !got->goes_on() || (got->flags & IORING_CQE_F_BUFFER) == 0) {
    return lacks("multishot receive");
  }
  const uint16_t id = BufferRing::id_of(got->flags);
  const bool right = buffers.bytes(id, 1) == "?";
  buffers.give_back(id);
  if (!right || !can_be_cancelled(uring, token)) return lacks("working multishot receive");
  return {};
}

Result<void> try_accept(Uring& uring) {
  const UniqueFd listener(socket(AF_UNIX, kSocketType, 0));
  const UniqueFd client(socket(AF_UNIX, kSocketType, 0));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  auto* const address = reinterpret_cast<sockaddr*>(&name);
  // The kernel invents an abstract name.
  socklen_t size = sizeof name;
  if (!listener || !client || bind(listener.get(), address, sizeof(sa_family_t)) != 0 ||
      listen(listener.get(), 1) != 0 || getsockname(listener.get(), address, &size) != 0) {
    return fail(errno_error("cannot listen at an abstract socket", errno));
  }
  const Asker asker;
  const uint64_t token = token_of(asker, Operation::kAccept);
  begin(uring, token, listener.get(), &prepare_accept);
  if (connect(client.get(), address, size) != 0) {
    return fail(errno_error("cannot connect to an abstract socket", errno));
  }
  const auto got = await(uring, token);
  const UniqueFd accepted(got && got->result >= 0 ? got->result : -1);
  if (!accepted || !got->goes_on()) return lacks("multishot accept");
  if (!can_be_cancelled(uring, token)) return lacks("working multishot accept");
  return {};
}

}  // namespace

Result<void> try_multishot(Uring& uring, BufferRing& buffers) {
  TRY(try_receive(uring, buffers));
  return try_accept(uring);
}

}  // namespace slipway::os
