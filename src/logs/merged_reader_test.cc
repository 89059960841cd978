#include "logs/merged_reader.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "logs/log_fixture_test.h"

namespace slipway::logs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MergedReaderTest : public LogFixture {
 protected:
  static std::shared_ptr<const Pattern> pattern(const std::string& text) {
    auto compiled = Pattern::compile(text);
    EXPECT_TRUE(compiled) << compiled.error().message;
    return *compiled;
  }
};

TEST_F(MergedReaderTest, merges_replicas_by_time) {
  const auto a = writer("a");
  const auto b = writer("b");
  write(*a, {.time = at(1), .text = "a1"});
  write(*b, {.time = at(2), .text = "b2"});
  write(*a, {.time = at(3), .text = "a3"});
  write(*b, {.time = at(3), .text = "b3"});
  ASSERT_TRUE(a->flush());
  ASSERT_TRUE(b->finish());
  EXPECT_THAT(texts(), ElementsAre("a1", "b2", "a3", "b3"));
  EXPECT_THAT(texts({.replicas = {"b"}}), ElementsAre("b2", "b3"));
  EXPECT_THAT(texts({.tail = 3}), ElementsAre("b2", "a3", "b3"));
  EXPECT_THAT(texts({.tail = 1}), ElementsAre("b3"));
  EXPECT_THAT(texts({.tail = 0}), IsEmpty());
  EXPECT_THAT(texts({.tail = 100}), ElementsAre("a1", "b2", "a3", "b3"));
}

TEST_F(MergedReaderTest, a_replica_whose_clock_jumps_keeps_its_own_order) {
  const auto a = writer("a");
  const auto b = writer("b");
  write(*a, {.time = at(100), .text = "a1"});
  write(*a, {.time = at(1), .text = "a2"});
  write(*b, {.time = at(50), .text = "b1"});
  ASSERT_TRUE(a->flush());
  ASSERT_TRUE(b->flush());
  EXPECT_THAT(texts(), ElementsAre("b1", "a1", "a2"));
}

TEST_F(MergedReaderTest, finds_times_streams_and_words) {
  const auto log = writer();
  write(*log, {.time = at(1), .text = "start of it"});
  write(*log, {.time = at(2), .stream = Stream::kStderr, .text = "Error: 42"});
  write(*log, {.time = at(3), .text = ""});
  write(*log, {.time = at(4), .text = "error at the end"});
  ASSERT_TRUE(log->flush());
  const auto grep = [&](const std::string& text) {
    return texts({.filter = {.grep = pattern(text)}});
  };
  EXPECT_THAT(texts({.filter = {.since = at(2), .until = at(4)}}), ElementsAre("Error: 42", ""));
  EXPECT_THAT(texts({.filter = {.since = at(99)}}), IsEmpty());
  EXPECT_THAT(texts({.filter = {.streams = bit_of(Stream::kStderr)}}), ElementsAre("Error: 42"));
  EXPECT_THAT(grep("rror"), ElementsAre("Error: 42", "error at the end"));
  EXPECT_THAT(grep("(?i)^error"), ElementsAre("Error: 42", "error at the end"));
  EXPECT_THAT(grep("it$"), ElementsAre("start of it"));
  EXPECT_THAT(grep("^$"), ElementsAre(""));
  EXPECT_THAT(grep("it.Error"), IsEmpty());
  EXPECT_THAT(grep("it[^x]Error|it\\sError"), IsEmpty());
  EXPECT_THAT(texts({.filter = {.grep = pattern("rror")}, .tail = 1}),
              ElementsAre("error at the end"));
}

TEST_F(MergedReaderTest, refuses_a_pattern_that_is_none) {
  for (const std::string bad : {"(", "a{1,5000}", "\\A", "(?<x", "\\1"}) {
    EXPECT_FALSE(Pattern::compile(bad)) << bad;
  }
  EXPECT_FALSE(Pattern::compile(std::string(2000, 'a')));
}

TEST_F(MergedReaderTest, a_pattern_that_explodes_elsewhere_takes_linear_time) {
  const auto log = writer();
  const std::string line(100'000, 'a');
  write(*log, {.time = at(1), .text = line});
  ASSERT_TRUE(log->flush());
  EXPECT_THAT(texts({.filter = {.grep = pattern("(a*)*(a*)*b")}}), IsEmpty());
  EXPECT_EQ(read({.filter = {.grep = pattern("(a+)+$")}}).size(), 1u);
}

TEST_F(MergedReaderTest, gives_the_run_before_the_newest) {
  write_lines(*writer("r", "one"), 1, 2);
  EXPECT_THAT(texts({.previous = true}), IsEmpty());
  write_lines(*writer("r", "two"), 3, 4);
  EXPECT_THAT(texts({.previous = true}), ElementsAre("line 1", "line 2"));
  write_lines(*writer("r", "three"), 5, 5);
  EXPECT_THAT(texts({.previous = true}), ElementsAre("line 3", "line 4"));
  EXPECT_THAT(texts({.previous = true, .tail = 1}), ElementsAre("line 4"));
}

TEST_F(MergedReaderTest, reads_on_while_segments_are_written_and_sealed_under_it) {
  const auto log = writer("r", "one", {.segment_bytes = 500});
  MergedReader reader(directory.path(), {.tail = 2});
  write_lines(*log, 1, 5);
  ASSERT_TRUE(reader.start());
  EXPECT_THAT(texts_of(read_on(reader)), ElementsAre("line 4", "line 5"));
  int next = 6;
  for (int round = 0; round < 100; ++round) {
    const int count = round % 7;
    write_lines(*log, next, next + count - 1);
    std::vector<std::string> expected;
    for (int i = next; i < next + count; ++i) expected.push_back("line " + std::to_string(i));
    next += count;
    ASSERT_EQ(texts_of(read_on(reader)), expected) << round;
  }
  ASSERT_TRUE(log->finish());
  EXPECT_THAT(read_on(reader), IsEmpty());
  write_lines(*writer("r", "two"), next, next);
  write_lines(*writer("s"), 1, 1);
  EXPECT_THAT(texts_of(read_on(reader)), ElementsAre("line 1", "line " + std::to_string(next)));
}

TEST_F(MergedReaderTest, goes_on_behind_the_lines_that_were_read) {
  write_lines(*writer("a"), 1, 3);
  write_lines(*writer("b"), 1, 2, 100);
  EXPECT_THAT(texts({.tail = 1, .after = {{"a", 2}, {"b", 1}}}), ElementsAre("line 3", "line 2"));
  EXPECT_THAT(texts({.after = {{"a", 3}}}), ElementsAre("line 1", "line 2"));
  EXPECT_THAT(texts({.after = {{"a", 30}, {"b", 2}}}), IsEmpty());
}

TEST_F(MergedReaderTest, a_reader_that_wants_no_more_is_let_go) {
  write_lines(*writer("a"), 1, 3);
  MergedReader reader(directory.path(), {});
  ASSERT_TRUE(reader.start());
  const auto more = reader.read([](const std::string&, const NumberedLine&) { return false; });
  ASSERT_TRUE(more);
  EXPECT_FALSE(*more);
}

// Against the plain way: all lines, filtered and cut.
RC_GTEST_FIXTURE_PROP(MergedReaderTest, tails_and_ranges_are_those_of_all_lines, ()) {
  std::error_code ignored;
  for (const char* name : {"a", "b", "c"}) {
    std::filesystem::remove_all(folder(name), ignored);
    const auto log = writer(name, "one", {.segment_bytes = *rc::gen::inRange<uint64_t>(50, 2000)});
    int64_t time = 0;
    const int count = *rc::gen::inRange(0, 80);
    for (int i = 0; i < count; ++i) {
      time += *rc::gen::inRange(0, 3);
      const std::string text = std::string(name) + std::to_string(i);
      write(
          *log,
          {.time = at(time), .stream = static_cast<Stream>(*rc::gen::inRange(0, 2)), .text = text});
      if (i % 5 == 0) RC_ASSERT(log->flush());
    }
  }
  const auto all = read();
  LineFilter filter;
  filter.since = at(*rc::gen::inRange(0, 60));
  filter.until = at(*rc::gen::inRange(30, 200));
  filter.streams = static_cast<uint8_t>(*rc::gen::inRange(1, 4));
  if (*rc::gen::arbitrary<bool>()) filter.grep = pattern("[ac]\\d*7");
  std::vector<Kept> expected;
  for (const Kept& line : all) {
    const bool named = line.text[0] != 'b' && line.text.back() == '7';
    const bool named_inside = line.text[0] != 'b' && line.text.find('7') != std::string::npos;
    if (line.time >= filter.since && line.time < filter.until &&
        (filter.streams & bit_of(line.stream)) != 0 && (!filter.grep || named || named_inside)) {
      expected.push_back(line);
    }
  }
  RC_ASSERT(read({.filter = filter}) == expected);
  const auto tail = *rc::gen::inRange<size_t>(0, 100);
  if (expected.size() > tail) {
    expected.erase(expected.begin(), expected.end() - static_cast<std::ptrdiff_t>(tail));
  }
  const auto got = read({.filter = filter, .tail = tail});
  RC_ASSERT(got == expected);
}

}  // namespace
}  // namespace slipway::logs
