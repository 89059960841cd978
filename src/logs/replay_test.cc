#include "logs/replay.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "logs/log_fixture_test.h"

namespace slipway::logs {
namespace {

class ReplayTest : public LogFixture {
 protected:
  Replay load(const std::string& identity = "one",
              Replay::Reach reach = Replay::Reach::kWholeIfFew) {
    auto replay = Replay::load(folder(), identity, reach);
    EXPECT_TRUE(replay);
    return std::move(*replay);
  }
};

TEST_F(ReplayTest, everything_is_new_where_nothing_is_stored) {
  Replay replay = load();
  EXPECT_EQ(replay.since(), FineTime::min());
  EXPECT_FALSE(replay.is_stored({.time = at(1), .text = "x"}));
}

TEST_F(ReplayTest, everything_of_another_run_is_new) {
  write_lines(*writer(), 1, 3);
  Replay replay = load("two");
  EXPECT_EQ(replay.since(), FineTime::min());
  EXPECT_FALSE(replay.is_stored({.time = at(1), .text = "line 1"}));
}

TEST_F(ReplayTest, a_line_is_stored_as_often_as_it_was_written) {
  const auto log = writer();
  for (int i = 0; i < 2; ++i) write(*log, {.time = at(9, 5), .text = "same"});
  ASSERT_TRUE(log->flush());
  EXPECT_EQ(load().since(), FineTime::min());
  Replay replay = load("one", Replay::Reach::kNewestOnly);
  EXPECT_EQ(replay.since(), at(7));
  EXPECT_TRUE(replay.is_stored({.time = at(9, 5), .text = "same"}));
  EXPECT_FALSE(replay.is_stored({.time = at(9, 5), .stream = Stream::kStderr, .text = "same"}));
  EXPECT_TRUE(replay.is_stored({.time = at(9, 5), .text = "same"}));
  EXPECT_FALSE(replay.is_stored({.time = at(9, 5), .text = "same"}));
}

// An engine writes lines in an order of its own, forgets its oldest, and gives those from a time
// on. Cut off anywhere and read again as often as one likes: each line is stored once.
RC_GTEST_FIXTURE_PROP(ReplayTest, reading_again_leaves_no_gap_and_doubles_nothing, ()) {
  std::error_code ignored;
  std::filesystem::remove_all(folder(), ignored);
  const auto reach = *rc::gen::element(Replay::Reach::kWholeIfFew, Replay::Reach::kNewestOnly);
  struct Said {
    FineTime time;
    Stream stream;
    std::string text;
  };
  std::vector<Said> engine;
  std::vector<std::string> expected;
  int64_t clock = 1'000'000'000'000;
  const int rounds = *rc::gen::inRange(1, 12);
  for (int round = 0; round < rounds; ++round) {
    // Sometimes the clock is set back, by less or more than what is read again.
    const bool jumps = reach == Replay::Reach::kWholeIfFew && *rc::gen::inRange(0, 8) == 0;
    if (jumps) clock -= *rc::gen::inRange<int64_t>(0, 3600) * 1'000'000'000;
    const int lines = *rc::gen::inRange(0, 30);
    for (int i = 0; i < lines; ++i) {
      clock += *rc::gen::inRange<int64_t>(0, 1'000'000'000);
      const bool late = *rc::gen::inRange(0, 4) == 0;
      const auto time = FineTime{std::chrono::nanoseconds(clock - (late ? 1'000'000 : 0))};
      engine.push_back({time, late ? Stream::kStderr : Stream::kStdout,
                        std::to_string(*rc::gen::inRange(0, 3))});
      expected.push_back(engine.back().text);
    }
    Replay replay = load("one", reach);
    const auto log = writer("r", "one", {.segment_bytes = 700});
    size_t left = *rc::gen::inRange<size_t>(0, engine.size() + 1);
    if (round + 1 == rounds) left = engine.size();
    for (const Said& said : engine) {
      if (said.time < replay.since()) continue;
      const Line line{.time = said.time, .stream = said.stream, .text = said.text};
      if (replay.is_stored(line)) continue;
      if (left-- == 0) break;
      write(*log, line);
    }
    RC_ASSERT(log->flush());
  }
  RC_ASSERT(texts() == expected);
}

}  // namespace
}  // namespace slipway::logs
