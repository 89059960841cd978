#pragma once
// Slows down guessing: after a few failures for one user from one source, further attempts are
// refused for a while that doubles with each. Bounded memory: what is over is dropped, and a flood
// of new sources pushes out the oldest. Any thread; time is passed in.

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"

namespace slipway::identity {

class Throttle {
 public:
  static constexpr int kFreeFailures = 5;
  static constexpr std::chrono::seconds kFirstDelay{1};
  static constexpr std::chrono::seconds kLongestDelay{300};
  // A failure is forgotten when nothing more went wrong for so long.
  static constexpr std::chrono::seconds kMemory{900};
  static constexpr size_t kMostKeys = 10'000;
  // Longer names cannot be users; they share one entry.
  static constexpr size_t kLongestName = 256;

  // How long this pair still has to wait; none: go ahead. An attempt counts as a failure until
  // note_success(), so that many at the same time count as many.
  std::optional<std::chrono::seconds> admit(const std::string& user, const std::string& source,
                                            Monotonic now);
  // The same without counting an attempt.
  std::optional<std::chrono::seconds> wait(const std::string& user, const std::string& source,
                                           Monotonic now) const;
  void note_success(const std::string& user, const std::string& source);
  size_t size() const;

 private:
  struct Record {
    int failures = 0;
    Monotonic last{};
    Monotonic open_again{};
  };
  using Key = std::pair<std::string, std::string>;
  static Key key_of(const std::string& user, const std::string& source);
  void make_room(Monotonic now);

  mutable std::mutex mutex_;
  std::map<Key, Record> records_;
};

}  // namespace slipway::identity
