#include "os/buffer_ring.h"

#include <sys/mman.h>

#include <cerrno>

namespace slipway::os {

BufferRing::~BufferRing() {
  if (memory_ != nullptr) munmap(memory_, kAllBytes);
}

Result<void> BufferRing::open(io_uring* ring) {
  // Whole pages, as the kernel wants them; those that are never used cost nothing.
  void* const memory =
      mmap(nullptr, kAllBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return fail(errno_error("cannot make receive buffers", errno));
  memory_ = static_cast<char*>(memory);
  ring_ = reinterpret_cast<io_uring_buf_ring*>(memory_);
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<uint64_t>(ring_);
  registration.ring_entries = kCount;
  registration.bgid = kGroup;
  if (const int error = -io_uring_register_buf_ring(ring, &registration, 0); error != 0) {
    return fail(ErrorCode::kUnavailable,
                errno_error("io_uring of this kernel has no buffer rings", error).message);
  }
  io_uring_buf_ring_init(ring_);
  for (unsigned id = 0; id < kCount; ++id) give_back(static_cast<uint16_t>(id));
  return {};
}

}  // namespace slipway::os
