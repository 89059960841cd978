#pragma once
// Randomness as an object that is passed in. The system's generator lives in os/system_random.h;
// tests use a seeded one. Implementations may be called from any thread.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace slipway {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::byte> out) = 0;

  uint64_t next_u64();
  // Uniform in [0, bound), without modulo bias; bound > 0.
  uint64_t below(uint64_t bound);
  // `length` characters of [a-z0-9], uniform: for the tail of an id.
  std::string base36(size_t length);
  // A version 4 UUID (RFC 9562 §5.4), 36 characters, lower case.
  std::string uuid();
};

}  // namespace slipway
