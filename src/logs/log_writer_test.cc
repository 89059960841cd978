#include "logs/log_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <fstream>

#include "logs/log_fixture_test.h"
#include "logs/record.h"
#include "logs/segment.h"
#include "os/file.h"

namespace slipway::logs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class LogWriterTest : public LogFixture {};

TEST_F(LogWriterTest, gives_back_what_was_written_with_numbers_times_and_streams) {
  const auto log = writer();
  write(*log, {at(5, 7), Stream::kStdout, false, "hello"});
  write(*log, {at(4), Stream::kStderr, false, ""});
  write(*log, {at(6), Stream::kEvent, false, std::string_view("a\0b\xff\x1b[31m", 9)});
  ASSERT_TRUE(log->flush());
  EXPECT_THAT(read(), ElementsAre(Kept{1, 1, at(5, 7), Stream::kStdout, false, "hello", "r"},
                                  Kept{2, 1, at(4), Stream::kStderr, false, "", "r"},
                                  Kept{3, 1, at(6), Stream::kEvent, false,
                                       std::string("a\0b\xff\x1b[31m", 9), "r"}));
}

TEST_F(LogWriterTest, keeps_a_line_of_10_MiB_in_parts) {
  const auto log = writer();
  const std::string line(10 * 1024 * 1024, 'x');
  write(*log, {.time = at(1), .text = line});
  write(*log, {.time = at(2), .text = "short"});
  ASSERT_TRUE(log->finish());
  std::string whole;
  const auto parts = read();
  for (const Kept& part : parts) {
    if (part.text == "short") continue;
    EXPECT_EQ(part.continues, whole.size() + part.text.size() < line.size());
    whole += part.text;
  }
  EXPECT_EQ(whole, line);
  EXPECT_THAT(parts, SizeIs(line.size() / kMaxPart + 1));
  EXPECT_THAT(texts({.tail = 1}), ElementsAre("short"));
  EXPECT_THAT(read({.tail = 2}), SizeIs(parts.size()));
}

TEST_F(LogWriterTest, cuts_a_text_at_its_newlines) {
  const auto log = writer();
  write(*log, {.time = at(1), .text = "a\nb\n\nc"});
  ASSERT_TRUE(log->flush());
  EXPECT_THAT(texts(), ElementsAre("a", "b", "", "c"));
}

TEST_F(LogWriterTest, goes_on_with_the_same_run_and_begins_another_for_another_process) {
  write_lines(*writer("r", "one"), 1, 2);
  write_lines(*writer("r", "one"), 3, 4);
  write_lines(*writer("r", "two"), 5, 5);
  const auto lines = read();
  EXPECT_THAT(texts_of(lines), ElementsAre("line 1", "line 2", "line 3", "line 4", "line 5"));
  EXPECT_EQ(lines[3].run, 1u);
  EXPECT_EQ(lines[4].run, 2u);
  EXPECT_EQ(lines[4].number, 5u);
  EXPECT_THAT(list_segments(folder()), SizeIs(2));
}

TEST_F(LogWriterTest, goes_on_with_a_run_that_was_sealed) {
  ASSERT_TRUE([&] {
    const auto log = writer();
    write_lines(*log, 1, 2);
    return log->finish();
  }());
  write_lines(*writer(), 3, 3);
  const auto lines = read();
  EXPECT_THAT(texts_of(lines), ElementsAre("line 1", "line 2", "line 3"));
  EXPECT_EQ(lines[2].run, 1u);
}

TEST_F(LogWriterTest, seals_by_size_and_numbers_on) {
  const auto log = writer("r", "one", {.segment_bytes = 1000});
  for (int i = 1; i <= 300; ++i) write_lines(*log, i, i);
  EXPECT_GT(list_segments(folder()).size(), 5u);
  const auto lines = read();
  ASSERT_THAT(lines, SizeIs(300));
  for (size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i].number, i + 1);
  EXPECT_THAT(texts({.tail = 2}), ElementsAre("line 299", "line 300"));
}

TEST_F(LogWriterTest, leaves_nothing_of_a_run_that_said_nothing) {
  ASSERT_TRUE(writer()->finish());
  EXPECT_THAT(list_segments(folder()), IsEmpty());
}

TEST_F(LogWriterTest, finishes_a_sealing_that_was_cut_off) {
  {
    const auto log = writer();
    write_lines(*log, 1, 3);
  }
  const SegmentFile open = list_segments(folder()).at(0);
  const auto copy = directory.path() / "copy";
  std::filesystem::copy_file(open.path, copy);
  BlockCodec codec;
  ASSERT_TRUE(seal_segment(open, codec));
  // Killed between the sealed file's rename and the open one's end.
  std::filesystem::rename(copy, open.path);
  EXPECT_THAT(texts(), ElementsAre("line 1", "line 2", "line 3"));
  write_lines(*writer(), 4, 4);
  EXPECT_THAT(texts(), ElementsAre("line 1", "line 2", "line 3", "line 4"));
  EXPECT_THAT(list_segments(folder()), SizeIs(2));
  EXPECT_FALSE(std::filesystem::exists(open.path));
}

TEST_F(LogWriterTest, puts_aside_what_is_no_segment) {
  std::filesystem::create_directories(folder());
  std::ofstream(folder() / "000003-000000000007.open") << "garbage";
  write_lines(*writer(), 1, 1);
  const auto lines = read();
  EXPECT_THAT(texts_of(lines), ElementsAre("line 1"));
  EXPECT_EQ(lines[0].run, 4u);
  EXPECT_TRUE(std::filesystem::exists(folder() / "000003-000000000007.open.damaged"));
}

// A write that was killed at any byte: all whole lines before it are there, and the next writer
// goes on behind them.
RC_GTEST_FIXTURE_PROP(LogWriterTest, a_file_cut_at_any_byte_keeps_the_whole_lines_before, ()) {
  const auto lines = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
      rc::gen::container<std::string>(rc::gen::distinctFrom('\n'))));
  std::error_code ignored;
  std::filesystem::remove_all(folder(), ignored);
  {
    const auto log = writer();
    for (const std::string& text : lines) write(*log, {.time = at(1), .text = text});
    RC_ASSERT(log->flush());
  }
  const SegmentFile file = list_segments(folder()).at(0);
  const auto size = std::filesystem::file_size(file.path);
  const auto cut = *rc::gen::inRange<uint64_t>(0, size + 1);
  std::filesystem::resize_file(file.path, cut);
  uint64_t whole = encode_head(SegmentKind::kOpen, {1, 1, "one"}).size();
  std::vector<std::string> expected;
  if (cut >= whole) {
    for (const std::string& text : lines) {
      whole += kRecordHead + text.size();
      if (whole > cut) break;
      expected.push_back(text);
    }
  }
  RC_ASSERT(texts() == expected);
  write_lines(*writer(), 1, 1);
  expected.emplace_back("line 1");
  RC_ASSERT(texts() == expected);
}

// Whatever stands in the files: no crash, no endless loop, and a writer can go on.
RC_GTEST_FIXTURE_PROP(LogWriterTest, flipped_bytes_cost_lines_and_nothing_else, ()) {
  std::error_code ignored;
  std::filesystem::remove_all(folder(), ignored);
  {
    const auto log = writer("r", "one", {.segment_bytes = 600});
    for (int i = 1; i <= 60; ++i) write_lines(*log, i, i);
  }
  for (const SegmentFile& file : list_segments(folder())) {
    std::string bytes = *os::read_file(file.path, 1 << 20);
    const auto flips = *rc::gen::container<std::vector<std::pair<size_t, char>>>(
        rc::gen::pair(rc::gen::inRange<size_t>(0, bytes.size()), rc::gen::arbitrary<char>()));
    for (const auto& [offset, value] : flips) bytes[offset] = value;
    std::ofstream(file.path, std::ios::binary) << bytes;
  }
  for (const std::string& text : texts()) RC_ASSERT(text.starts_with("line "));
  (void)read({.tail = 5});
  write_lines(*writer("r", "two"), 100, 100);
  RC_ASSERT(texts({.tail = 1}) == std::vector<std::string>{"line 100"});
}

RC_GTEST_PROP(Block, unpacks_to_what_was_packed, ()) {
  const auto lines =
      *rc::gen::container<std::vector<std::tuple<int64_t, int, bool, std::string>>>(rc::gen::tuple(
          rc::gen::arbitrary<int64_t>(), rc::gen::inRange(0, kStreams), rc::gen::arbitrary<bool>(),
          rc::gen::container<std::string>(rc::gen::distinctFrom('\n'))));
  Block block;
  for (const auto& [time, stream, continues, text] : lines) {
    block.add(
        {FineTime{std::chrono::nanoseconds(time)}, static_cast<Stream>(stream), continues, text});
  }
  BlockCodec codec;
  const std::string frame = codec.pack(block);
  Block read;
  RC_ASSERT(codec.unpack(frame, read));
  RC_ASSERT(read.size() == block.size());
  for (size_t i = 0; i < read.size(); ++i) RC_ASSERT(read.line(i) == block.line(i));
  RC_ASSERT(read.line_ends() == block.line_ends());
  std::string damaged = frame;
  damaged[*rc::gen::inRange<size_t>(0, frame.size())] ^= 0x10;
  (void)codec.unpack(damaged, read);
  (void)codec.unpack(std::string_view(frame).substr(0, frame.size() / 2), read);
}

}  // namespace
}  // namespace slipway::logs
