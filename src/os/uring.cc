#include "os/uring.h"

#include <fmt/format.h>
#include <sched.h>

#include <cerrno>
#include <memory>

namespace slipway::os {

namespace {

constexpr unsigned kRequests = 1024;
constexpr unsigned kCompletions = 8 * 1024;

constexpr int kOperations[] = {IORING_OP_ACCEPT,   IORING_OP_RECV,         IORING_OP_SEND,
                               IORING_OP_POLL_ADD, IORING_OP_ASYNC_CANCEL, IORING_OP_CLOSE};

Result<void> know_all_operations(io_uring& ring) {
  const std::unique_ptr<io_uring_probe, decltype(&io_uring_free_probe)> probe(
      io_uring_get_probe_ring(&ring), &io_uring_free_probe);
  if (probe == nullptr)
    return fail(ErrorCode::kUnavailable, "io_uring cannot be asked what it can");
  for (const int operation : kOperations) {
    if (io_uring_opcode_supported(probe.get(), operation) == 0) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("io_uring of this kernel lacks operation {}", operation));
    }
  }
  return {};
}

}  // namespace

Uring::~Uring() {
  if (open_) io_uring_queue_exit(&ring_);
}

Result<void> Uring::open() {
  // Completions are made ready only when they are asked for (6.1), or at least without interrupting
  // the thread (5.19).
  constexpr unsigned kWays[] = {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN,
                                IORING_SETUP_COOP_TASKRUN, 0};
  int error = EINVAL;
  for (const unsigned way : kWays) {
    io_uring_params parameters{};
    parameters.flags = way | IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;
    parameters.cq_entries = kCompletions;
    error = -io_uring_queue_init_params(kRequests, &ring_, &parameters);
    if (error != EINVAL) break;
  }
  if (error != 0) {
    return fail(
        ErrorCode::kUnavailable,
        errno_error("the kernel or the container runtime gives no io_uring", error).message);
  }
  open_ = true;
  constexpr unsigned kNeeded = IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG;
  if ((ring_.features & kNeeded) != kNeeded) {
    return fail(ErrorCode::kUnavailable, "io_uring of this kernel is too old");
  }
  TRY(know_all_operations(ring_));
  // Saves looking the ring up in each call; it works without.
  (void)io_uring_register_ring_fd(&ring_);
  completed_.reserve(kCompletions);
  return {};
}

io_uring_sqe& Uring::request() {
  io_uring_sqe* request = io_uring_get_sqe(&ring_);
  while (request == nullptr) {
    submit();
    request = io_uring_get_sqe(&ring_);
    // The kernel takes none while it has no memory; nothing can go on before that.
    if (request == nullptr) sched_yield();
  }
  return *request;
}

void Uring::begin(io_uring_sqe& request, uint64_t token) {
  io_uring_sqe_set_data64(&request, token);
  ++outstanding_;
}

void Uring::cancel(uint64_t token) {
  io_uring_sqe& sqe = request();
  io_uring_prep_cancel64(&sqe, token, 0);
  ignore(sqe);
}

void Uring::wait(int timeout_ms) {
  // Fetched between waits and not told yet.
  if (next_ < completed_.size()) timeout_ms = 0;
  // What these calls return is seen in what has completed.
  if (timeout_ms == 0) {
    (void)io_uring_submit_and_get_events(&ring_);
  } else if (timeout_ms < 0) {
    (void)io_uring_submit_and_wait(&ring_, 1);
  } else {
    __kernel_timespec timeout{timeout_ms / 1000, timeout_ms % 1000 * 1'000'000LL};
    io_uring_cqe* first = nullptr;
    (void)io_uring_submit_and_wait_timeout(&ring_, &first, 1, &timeout, nullptr);
  }
  collect();
}

void Uring::submit() { wait(0); }

void Uring::collect() {
  unsigned head = 0;
  unsigned count = 0;
  io_uring_cqe* cqe = nullptr;
  io_uring_for_each_cqe(&ring_, head, cqe) {
    completed_.push_back({cqe->user_data, cqe->res, cqe->flags});
    ++count;
  }
  io_uring_cq_advance(&ring_, count);
}

std::optional<Completion> Uring::next() {
  while (next_ < completed_.size()) {
    const Completion completion = completed_[next_++];
    if (completion.operation() != Operation::kNone) return count(completion);
  }
  completed_.clear();
  next_ = 0;
  return std::nullopt;
}

std::optional<Completion> Uring::take(uint64_t token) {
  for (size_t i = next_; i < completed_.size(); ++i) {
    if (completed_[i].token != token) continue;
    const Completion completion = completed_[i];
    completed_[i].token = 0;
    return count(completion);
  }
  return std::nullopt;
}

Completion Uring::count(const Completion& completion) {
  if (!completion.goes_on()) --outstanding_;
  return completion;
}

}  // namespace slipway::os
