#pragma once
// An assertion that every build type keeps: whoever fuzzes or scripts ends when a claim fails.

#include <cstdio>
#include <cstdlib>

namespace slipway::test {

inline void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "claim failed: %s\n", claim);
  std::abort();
}

}  // namespace slipway::test
