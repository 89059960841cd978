#pragma once
// io_uring_setup/enter in the shape that a loop needs: requests that are gathered until the next
// wait, and what the kernel finished, copied out of its ring at once so that it never overflows
// for long. Made and used on one thread, as the kernel is promised.
//
// A token is the address of what asked and which of its operations this is: whoever asks lives
// until the last completion of each of its operations has come.

#include <liburing.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"

namespace slipway::os {

enum class Operation : uint64_t {
  kNone,
  kReceive,
  kSend,
  kPoll,
  kReadable,
  kAccept,
  kWatch,
  kMail
};

struct Completion {
  uint64_t token;
  int32_t result;  // a negative one is -errno
  uint32_t flags;

  Operation operation() const { return static_cast<Operation>(token & 7); }
  template <typename T>
  T& owner() const {
    // The kernel carries 64 bits of ours, and these are an address.
    return *reinterpret_cast<T*>(token & ~uint64_t{7});  // NOLINT(performance-no-int-to-ptr)
  }
  // The operation goes on and will report again.
  bool goes_on() const { return (flags & IORING_CQE_F_MORE) != 0; }
};

template <typename T>
uint64_t token_of(const T& owner, Operation operation) {
  static_assert(alignof(T) >= 8);
  return reinterpret_cast<uint64_t>(&owner) | static_cast<uint64_t>(operation);
}

// Accepts what comes, as long as it comes. Sockets of streams may block: every direct call on them
// says for itself that it will not.
inline void prepare_accept(io_uring_sqe& request, int listen_fd) {
  io_uring_prep_multishot_accept(&request, listen_fd, nullptr, nullptr, SOCK_CLOEXEC);
}

class Uring {
 public:
  Uring() = default;
  ~Uring();
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;

  // The error says why there is none here.
  Result<void> open();
  io_uring* get() { return &ring_; }

  // A request to be filled by one of io_uring_prep_…; begin() or ignore() it afterwards.
  io_uring_sqe& request();
  // It will complete with `token`, and counts as outstanding until it does not go on.
  void begin(io_uring_sqe& request, uint64_t token);
  // Nobody wants to know how it ends.
  void ignore(io_uring_sqe& request) { io_uring_sqe_set_data64(&request, 0); }
  void cancel(uint64_t token);

  // Submits what was gathered and sleeps until something completes, at most so long (-1: any time).
  void wait(int timeout_ms);
  // Submits now, and fetches what is complete.
  void submit();

  // What completed, in order; none: wait again.
  std::optional<Completion> next();
  // The first of them that is this token's, out of turn.
  std::optional<Completion> take(uint64_t token);

  // Operations that have begun and whose last completion was not handed out.
  size_t outstanding() const { return outstanding_; }

 private:
  Completion count(const Completion& completion);
  void collect();

  io_uring ring_{};
  bool open_ = false;
  size_t outstanding_ = 0;
  std::vector<Completion> completed_;
  size_t next_ = 0;  // of completed_, not handed out yet
};

}  // namespace slipway::os
