#pragma once
// Randomness for one worker, without a system call per request: a fast generator for choices that
// need not be unpredictable, and version 4 UUIDs from a buffered true source. One thread; the
// Random behind it is called once per 64 ids.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/random.h"

namespace slipway::gateway {

// xorshift64*: a few instructions per number. Never for anything an attacker may not guess.
class QuickRandom {
 public:
  explicit QuickRandom(uint64_t seed) : state_(seed != 0 ? seed : 0x9E3779B97F4A7C15U) {}

  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545F4914F6CDD1DU;
  }
  // In [0, bound), by multiplication (Lemire); the bias of bound/2^32 does not matter for choices.
  uint32_t below(uint32_t bound) {
    return static_cast<uint32_t>(((next() >> 32) * uint64_t{bound}) >> 32);
  }

 private:
  uint64_t state_;
};

// Makes the value of Seldon-Puid (RFC 9562 §5.4, 36 characters, lower case).
class PuidSource {
 public:
  explicit PuidSource(Random& random) : random_(random) {}

  // Good until the next call.
  std::string_view next();

 private:
  static constexpr size_t kIdBytes = 16;

  Random& random_;
  std::array<std::byte, 64 * kIdBytes> pool_;
  size_t used_ = sizeof(pool_);
  std::array<char, 36> text_;
};

inline constexpr size_t kTraceparentLength = 55;
// The value of traceparent for a request that came with none (W3C Trace Context §3.2), in `out`.
// The trace is named as `puid` when that is a UUID, so that one finds the other. Sampled: whether a
// model records its part is its own affair, as it was without us.
std::string_view make_traceparent(std::array<char, kTraceparentLength>& out, std::string_view puid,
                                  QuickRandom& random);

}  // namespace slipway::gateway
