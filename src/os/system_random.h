#pragma once
// The kernel's generator, getrandom(2). Any thread. A kernel that cannot give random bytes ends the
// process: there is nothing safe to go on with.

#include "base/random.h"

namespace slipway::os {

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override;
};

}  // namespace slipway::os
