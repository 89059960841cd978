#pragma once
// The machine's own Clock. Any thread.

#include "base/clock.h"

namespace slipway::os {

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  Monotonic monotonic() const override;
};

}  // namespace slipway::os
