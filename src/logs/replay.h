#pragma once
// Which of an engine's lines are stored already, so that reading them again after a break (a
// restart of control, a lost connection) leaves no gap and doubles nothing.
//
// An engine is asked for its lines from since() on: a little before the newest stored ones, because
// an engine stamps two streams at once and writes them down in another order. Of what it then gives
// the stored lines are dropped, each as often as it is stored. Needs no order and no count of the
// engine's own, so a log that it has cut does no harm. A run of few lines is read again as a whole:
// then no jump of the clock loses a line; in a longer one a clock that was set back further than
// the slack, while nobody read, does. One thread at a time.

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "logs/line.h"

namespace slipway::logs {

class Replay {
 public:
  // How far behind the newest lines a late one may be.
  static constexpr std::chrono::seconds kSlack{2};
  // The newest lines whose times count: a clock that went back is seen in them.
  static constexpr uint64_t kNewest = 4096;
  static constexpr uint64_t kFewLines = 65'536;
  enum class Reach {
    kWholeIfFew,  // after a break
    kNewestOnly   // between two looks that follow each other soon
  };

  // Nothing is stored: every line is new.
  Replay() = default;
  // Of the newest run in `folder`, if it has this identity; otherwise nothing is stored.
  static Result<Replay> load(const std::filesystem::path& folder, const std::string& identity,
                             Reach reach = Reach::kWholeIfFew);

  // A whole second; FineTime::min(): from the first line on.
  FineTime since() const { return since_; }
  // Takes it off: a second line like it is new.
  bool is_stored(const Line& line);
  bool empty() const { return stored_.empty(); }

 private:
  FineTime since_ = FineTime::min();
  FineTime latest_ = FineTime::min();
  std::unordered_map<uint64_t, uint32_t> stored_;
};

}  // namespace slipway::logs
