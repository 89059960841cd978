#pragma once
// Appends the lines of one run of a replica to its folder. What was flushed survives kill -9; the
// next writer of the same run goes on behind the last whole line. One writer a folder, one thread
// at a time.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "logs/block.h"
#include "logs/line.h"
#include "logs/segment_head.h"
#include "os/fd.h"

namespace slipway::logs {

struct WriterOptions {
  // An open segment of this size is sealed.
  uint64_t segment_bytes = uint64_t{8} * 1024 * 1024;
};

class LogWriter {
 public:
  // Goes on with the newest run when it has this identity, else begins the next one.
  static Result<std::unique_ptr<LogWriter>> open(const std::filesystem::path& folder,
                                                 const std::string& identity,
                                                 const WriterOptions& options = {});
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // A text longer than kMaxPart or with a '\n' in it becomes several lines. An error loses the line
  // and nothing before it.
  Result<void> append(const Line& line);
  // Now readers see it.
  Result<void> flush();
  // The run is over: what is open is sealed.
  Result<void> finish();

  uint64_t run() const { return head_.run; }
  uint64_t next_number() const { return next_; }
  // Bytes flushed so far, for whoever watches the disk.
  uint64_t written() const { return written_; }

 private:
  LogWriter(std::filesystem::path folder, const WriterOptions& options)
      : folder_(std::move(folder)), options_(options) {}
  Result<void> take_up(const std::string& identity);
  Result<void> create();
  Result<void> seal();
  Result<void> append_part(const Line& part);
  SegmentFile file() const;
  uint64_t end_of_newest() const;

  const std::filesystem::path folder_;
  const WriterOptions options_;
  SegmentHead head_;  // of the open segment
  os::UniqueFd fd_;
  uint64_t size_ = 0;  // of the open file
  uint64_t next_ = 1;
  uint64_t written_ = 0;
  std::string buffer_;
  uint64_t buffered_lines_ = 0;
  BlockCodec codec_;
};

// Cuts a text at '\n' and at kMaxPart, and gives each piece to `take` until that fails.
template <typename Take>
Result<void> for_each_part(Line line, const Take& take) {
  const std::string_view whole = line.text;
  const bool continues = line.continues;
  size_t begin = 0;
  do {
    const size_t newline = whole.find('\n', begin);
    size_t end = newline == std::string_view::npos ? whole.size() : newline;
    bool cut = end - begin > kMaxPart;
    if (cut) end = begin + kMaxPart;
    line.text = whole.substr(begin, end - begin);
    line.continues = cut || (newline == std::string_view::npos && continues);
    TRY(take(line));
    begin = cut ? end : end + 1;
  } while (begin < whole.size());
  return {};
}

}  // namespace slipway::logs
