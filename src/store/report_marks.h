#pragma once
// How far the reports of each run of a gateway have been applied (snapshot/traffic.h), in the file
// that they are applied to: advanced in the transaction that adds what a report says, so that one
// that comes again adds nothing.

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store::report_marks {

// Of runs that are kept: those that were heard of last, however the clock stands.
inline constexpr int64_t kMost = 1'000;

struct Report {
  std::string_view gateway;
  std::string_view run;
  uint64_t sequence = 0;
};

// true: it is new, and the mark is at it now. false: it, or a later one, was applied before.
Result<bool> advance(WriteTransaction& tx, const Report& report);

}  // namespace slipway::store::report_marks
