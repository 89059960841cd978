#include "os/heap.h"

#include <malloc.h>

namespace slipway::os {

void join_freed_blocks_at_once() { (void)mallopt(M_MXFAST, 0); }

}  // namespace slipway::os
