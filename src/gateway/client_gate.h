#pragma once
// Who may use a private route: second of the phases route -> auth -> limits -> balance -> exchange.
// Checks `Basic name:token` and `Bearer token` against the digests of the route, in a time that
// does not depend on them, then expiry and rate. Whatever is not clearly right is refused.
//
// Remembers what it admitted (never what it refused) in a table of fixed size, so that the digest
// is computed once and not for every request. An entry holds for the snapshot that it was made
// with, and until the token ends. One a worker, worker's thread only; nothing allocates once warm.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "gateway/rate_limit.h"
#include "gateway/route_directory.h"
#include "http/head.h"

namespace slipway::gateway {

struct Admission {
  enum class Kind : uint8_t {
    kAdmitted,
    kMissing,  // no credential
    kTwice,    // two Authorization fields: which one is meant would be a guess
    kUnknown,  // malformed, wrong, removed, rotated away, expired: the caller is not told which
    kTooFast
  };
  Kind kind = Kind::kMissing;
  std::string_view client = {};  // admitted; lives as long as the table
  RateState rate = {};           // admitted or too fast; none applies: the client has no rate
};

class ClientGate {
 public:
  // `wall` tells when tokens end. `worker` is the cell that this thread counts in.
  ClientGate(const Clock& wall, unsigned worker);

  // `route` is one of `table`.
  Admission check(const RouteTable& table, const LocalRoute& route, const http::Fields& fields,
                  Monotonic now);

  // Of the table: how often it helped; for tests and benchmarks.
  uint64_t cached() const { return cached_; }

 private:
  // Longer values are checked anew each time: name and token at their longest take 158 bytes.
  static constexpr size_t kMostBytes = 192;
  static constexpr size_t kEntries = 128;

  struct Entry {
    uint64_t sequence = 0;  // of the table; 0: empty
    const LocalRoute* route = nullptr;
    const LocalClient* client = nullptr;
    int64_t until_micros = 0;
    size_t size = 0;
    std::array<char, kMostBytes> bytes{};
    std::string_view value() const { return {bytes.data(), size}; }
  };
  struct Found {
    const LocalClient* client = nullptr;
    int64_t until_micros = 0;
  };

  Entry* entry_of(const LocalRoute& route, std::string_view value);
  Found identify(const RouteTable& table, const LocalRoute& route, std::string_view value,
                 int64_t now_micros);

  const Clock& wall_;
  const unsigned worker_;
  uint64_t cached_ = 0;
  std::string decoded_;
  std::vector<Entry> entries_;
};

}  // namespace slipway::gateway
