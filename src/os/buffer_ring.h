#pragma once
// Receive buffers that the kernel picks by itself (a provided buffer ring): no connection holds one
// while it is silent. The loop gives each back once its bytes have been told. Lives as long as the
// Uring that it is registered with; of its thread.

#include <liburing.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace slipway::os {

class BufferRing {
 public:
  static constexpr unsigned kCount = 128;  // a power of two
  static constexpr size_t kBytes = 16 * 1024;
  static constexpr uint16_t kGroup = 1;

  BufferRing() = default;
  ~BufferRing();
  BufferRing(const BufferRing&) = delete;
  BufferRing& operator=(const BufferRing&) = delete;

  // The error says why this kernel has none.
  Result<void> open(io_uring* ring);

  static uint16_t id_of(uint32_t completion_flags) {
    return static_cast<uint16_t>(completion_flags >> IORING_CQE_BUFFER_SHIFT);
  }
  std::string_view bytes(uint16_t id, size_t count) const { return {at(id), count}; }
  void give_back(uint16_t id) {
    io_uring_buf_ring_add(ring_, at(id), kBytes, id, kCount - 1, 0);
    io_uring_buf_ring_advance(ring_, 1);
  }

 private:
  static constexpr size_t kRingBytes = kCount * sizeof(io_uring_buf);
  static constexpr size_t kAllBytes = kRingBytes + kCount * kBytes;

  char* at(uint16_t id) const { return memory_ + kRingBytes + size_t{id} * kBytes; }

  char* memory_ = nullptr;  // the ring's entries, then the buffers
  io_uring_buf_ring* ring_ = nullptr;
};

// Receives what comes, as long as it comes, into buffers of the group.
inline void prepare_receive(io_uring_sqe& request, int fd) {
  io_uring_prep_recv_multishot(&request, fd, nullptr, 0, 0);
  request.flags |= IOSQE_BUFFER_SELECT;
  request.buf_group = BufferRing::kGroup;
}

}  // namespace slipway::os
