#pragma once
// Tries on a fresh ring what no kernel tells about itself: accepting and receiving that go on, with
// buffers of the ring, on non-blocking sockets. Kernels before 6.0 fail here.

#include "base/result.h"
#include "os/buffer_ring.h"
#include "os/uring.h"

namespace slipway::os {

Result<void> try_multishot(Uring& uring, BufferRing& buffers);

}  // namespace slipway::os
