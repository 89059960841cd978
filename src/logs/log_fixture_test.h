#pragma once
// What the tests of this room share: a folder, lines made from numbers, and all lines read back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "logs/log_writer.h"
#include "logs/merged_reader.h"
#include "os/temporary_directory_test.h"

namespace slipway::logs {

inline FineTime at(int64_t seconds, int64_t nanos = 0) {
  return FineTime{std::chrono::seconds(seconds) + std::chrono::nanoseconds(nanos)};
}

// A line that owns its text, for comparisons.
struct Kept {
  uint64_t number = 0;
  uint64_t run = 0;
  FineTime time{};
  Stream stream = Stream::kStdout;
  bool continues = false;
  std::string text;
  std::string replica;
  bool operator==(const Kept&) const = default;
};

class LogFixture : public testing::Test {
 protected:
  std::filesystem::path folder(const std::string& replica = "r") const {
    return directory.path() / replica;
  }
  std::unique_ptr<LogWriter> writer(const std::string& replica = "r",
                                    const std::string& identity = "one",
                                    const WriterOptions& options = {}) {
    auto made = LogWriter::open(folder(replica), identity, options);
    EXPECT_TRUE(made) << made.error().message;
    return std::move(*made);
  }
  static void write(LogWriter& writer, const Line& line) {
    const auto written = writer.append(line);
    EXPECT_TRUE(written) << written.error().message;
  }
  // "line <from>" … "line <to>", a second apart.
  static void write_lines(LogWriter& writer, int from, int to, int64_t offset = 0) {
    for (int i = from; i <= to; ++i) {
      const std::string text = "line " + std::to_string(i);
      write(writer, {.time = at(offset + i), .text = text});
    }
    EXPECT_TRUE(writer.flush());
  }
  std::vector<Kept> read(MergedQuery query = {}) {
    MergedReader reader(directory.path(), std::move(query));
    EXPECT_TRUE(reader.start());
    return read_on(reader);
  }
  static std::vector<Kept> read_on(MergedReader& reader) {
    std::vector<Kept> lines;
    const auto done = reader.read([&](const std::string& replica, const NumberedLine& line) {
      lines.push_back({line.number, line.run, line.line.time, line.line.stream, line.line.continues,
                       std::string(line.line.text), replica});
      return true;
    });
    EXPECT_TRUE(done) << done.error().message;
    return lines;
  }
  static std::vector<std::string> texts_of(const std::vector<Kept>& lines) {
    std::vector<std::string> out;
    for (const Kept& line : lines) out.push_back(line.text);
    return out;
  }
  std::vector<std::string> texts(MergedQuery query = {}) {
    return texts_of(read(std::move(query)));
  }

  os::TemporaryDirectory directory;
};

}  // namespace slipway::logs
