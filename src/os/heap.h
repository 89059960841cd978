#pragma once
// How this process's free() works. Process-wide: called once, by main, before threads are made.

namespace slipway::os {

// Blocks that are freed are joined with their neighbours at once. glibc otherwise lists small ones
// and joins all of the list when a large one is freed: 3 ms after the 10,000 routes of an old
// snapshot, during which a thread that serves requests stands still.
void join_freed_blocks_at_once();

}  // namespace slipway::os
