#pragma once
// Whole messages between a process and its child, in memory only: for what must not be on the disk
// and may come again (certificates with their keys). Any thread, one at a time.

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/fd.h"

namespace slipway::os {

// What the kernel takes at once with its usual limits.
inline constexpr size_t kMostMessageBytes = 128 * 1024;

struct MessagePair {
  UniqueFd sender;
  UniqueFd receiver;
};

// Both non-blocking and close-on-exec.
Result<MessagePair> make_message_pair();

// kUnavailable: earlier messages have not been read yet, or nobody reads any more; kTooLarge.
Result<void> send_message(int sender, std::string_view message);

// kUnavailable: none is there; kNotFound: the sender has gone and none will come.
Result<std::string> receive_message(int receiver);

}  // namespace slipway::os
