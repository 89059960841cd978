#pragma once
// An assertion that every build type keeps: a fuzz target ends the process when a claim fails.

#include <cstdio>
#include <cstdlib>

namespace slipway::fuzz {

inline void require(bool holds, const char* claim) {
  if (holds) return;
  std::fprintf(stderr, "claim failed: %s\n", claim);
  std::abort();
}

}  // namespace slipway::fuzz
