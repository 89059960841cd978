#include "engine/docker/log_frames.h"

#include <gtest/gtest.h>

#include <vector>

namespace slipway::engine {
namespace {

std::string frame(int stream, const std::string& payload) {
  std::string bytes{static_cast<char>(stream), 0, 0, 0};
  for (const int shift : {24, 16, 8, 0}) {
    bytes.push_back(static_cast<char>(payload.size() >> shift & 0xff));
  }
  return bytes + payload;
}

constexpr const char* kTime = "2026-11-22T08:34:01.123456789Z ";

struct Collected {
  std::vector<LogLine> lines;
  LogFrames frames{[this](const LogLine& line) {
    lines.push_back(line);
    return true;
  }};
};

TEST(LogFrames, tells_time_stream_and_text) {
  Collected got;
  EXPECT_TRUE(got.frames.feed(frame(1, std::string(kTime) + "hello\n") +
                              frame(2, std::string(kTime) + "oh no\r\n")));
  const FineTime time = *parse_fine_rfc3339("2026-11-22T08:34:01.123456789Z");
  EXPECT_EQ(got.lines, (std::vector<LogLine>{{time, false, "hello"}, {time, true, "oh no"}}));
}

TEST(LogFrames, does_not_care_where_the_bytes_are_cut) {
  const std::string bytes = frame(1, std::string(kTime) + "one\n") +
                            frame(2, std::string(kTime) + "two\n") +
                            frame(1, std::string(kTime) + "\n");
  Collected whole;
  whole.frames.feed(bytes);
  for (size_t step = 1; step < bytes.size(); ++step) {
    Collected pieces;
    for (size_t at = 0; at < bytes.size(); at += step) {
      pieces.frames.feed(std::string_view(bytes).substr(at, step));
    }
    ASSERT_EQ(pieces.lines, whole.lines) << step;
  }
  EXPECT_EQ(whole.lines.size(), 3u);
}

TEST(LogFrames, joins_a_line_that_comes_in_several_frames) {
  Collected got;
  got.frames.feed(frame(1, std::string(kTime) + "first half, ") +
                  frame(1, std::string(kTime) + "second half\n"));
  ASSERT_EQ(got.lines.size(), 1u);
  EXPECT_EQ(got.lines[0].text, "first half, second half");
}

TEST(LogFrames, hands_on_the_rest_at_the_end) {
  Collected got;
  got.frames.feed(frame(1, std::string(kTime) + "no line end"));
  EXPECT_TRUE(got.lines.empty());
  got.frames.finish();
  ASSERT_EQ(got.lines.size(), 1u);
  EXPECT_EQ(got.lines[0].text, "no line end");
}

TEST(LogFrames, an_endless_line_comes_in_pieces) {
  Collected got;
  for (int i = 0; i < 20; ++i) got.frames.feed(frame(1, kTime + std::string(16384, 'x')));
  EXPECT_GE(got.lines.size(), 4u);
  for (const LogLine& line : got.lines) EXPECT_LT(line.text.size(), 2 * LogFrames::kMaxLine);
}

TEST(LogFrames, stops_at_what_is_no_frame) {
  Collected got;
  EXPECT_FALSE(got.frames.feed("plain text that is no frame at all"));
  EXPECT_TRUE(got.lines.empty());
}

TEST(LogFrames, stops_when_the_receiver_has_enough) {
  int count = 0;
  LogFrames frames([&](const LogLine&) { return ++count < 2; });
  const std::string line = frame(1, std::string(kTime) + "x\n");
  EXPECT_FALSE(frames.feed(line + line + line + line));
  EXPECT_EQ(count, 2);
}

}  // namespace
}  // namespace slipway::engine
