#pragma once
// What a gateway remembers of how fast its deployments are asked: a bucket for each that has a
// rate, for as long as any worker routes by a snapshot with it, so that a new snapshot brings no
// new allowance. One book a gateway, shared by its workers.
//
// The lock is taken when a snapshot is adopted, never by a request: that holds its bucket through
// its route table.

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "gateway/rate_limit.h"

namespace slipway::gateway {

class RateBook {
 public:
  RateBook() = default;
  RateBook(const RateBook&) = delete;
  RateBook& operator=(const RateBook&) = delete;

  // The one of this deployment, also when its rate is another one now.
  std::shared_ptr<RateLimit> of(std::string_view deployment);

  // Those that are remembered, held by anybody or not; for tests.
  size_t size() const;

 private:
  // Those that nobody holds any more are looked for at twice the number that was left.
  static constexpr size_t kFirstSweep = 64;

  mutable std::mutex mutex_;
  std::map<std::string, std::weak_ptr<RateLimit>, std::less<>> limits_;
  size_t sweep_at_ = kFirstSweep;
};

}  // namespace slipway::gateway
