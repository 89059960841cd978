#include "logs/log_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "logs/record.h"
#include "logs/segment.h"
#include "os/file.h"

namespace slipway::logs {
namespace {

constexpr size_t kFlushAt = size_t{64} * 1024;

// What cannot be read stands aside, where somebody may look at it, and no longer in the way.
Result<void> put_aside(const SegmentFile& file) {
  std::filesystem::path aside = file.path;
  aside += ".damaged";
  if (::rename(file.path.c_str(), aside.c_str()) != 0 && errno != ENOENT) {
    return fail(errno_error("cannot rename " + file.path.native(), errno));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<LogWriter>> LogWriter::open(const std::filesystem::path& folder,
                                                   const std::string& identity,
                                                   const WriterOptions& options) {
  TRY(os::make_directory(folder, 0700));
  std::unique_ptr<LogWriter> writer(new LogWriter(folder, options));
  TRY(writer->take_up(identity));
  return writer;
}

LogWriter::~LogWriter() { (void)flush(); }

Result<void> LogWriter::take_up(const std::string& identity) {
  head_ = {.run = 1, .first = 1, .identity = identity};
  const std::vector<SegmentFile> files = list_segments(folder_);
  for (size_t i = 0; i < files.size(); ++i) {
    const SegmentFile& found = files[i];
    const bool newest = i + 1 == files.size();
    if (found.kind == SegmentKind::kSealed) {
      // A sealing that was cut off after the sealed file stood.
      SegmentFile twin = found;
      twin.path = folder_ / segment_name(found.run, found.first, SegmentKind::kOpen);
      (void)os::remove_file(twin.path);
      if (!newest) continue;
    }
    const auto segment = Segment::open(found);
    if (!segment) {
      if (segment.error().code == ErrorCode::kNotFound) continue;
      TRY(put_aside(found));
      if (newest) {
        head_.run = found.run + 1;
        next_ = std::max(found.first, end_of_newest());
      }
      continue;
    }
    next_ = segment->end();
    const bool same_run = segment->head().identity == identity;
    if (newest) head_.run = same_run ? segment->head().run : segment->head().run + 1;
    if (found.kind == SegmentKind::kSealed) continue;
    if (!newest || !same_run) {
      // One without lines has the number that the next one wants.
      TRY(segment->blocks().empty() ? os::remove_file(found.path) : seal_segment(found, codec_));
      continue;
    }
    head_ = segment->head();
    fd_.reset(::open(found.path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!fd_ || ::ftruncate(fd_.get(), static_cast<off_t>(segment->whole_bytes())) != 0) {
      return fail(errno_error("cannot write " + found.path.native(), errno));
    }
    size_ = segment->whole_bytes();
  }
  if (!fd_) TRY(create());
  return {};
}

// The number behind the newest line that can be read.
uint64_t LogWriter::end_of_newest() const {
  const std::vector<SegmentFile> files = list_segments(folder_);
  for (auto file = files.rbegin(); file != files.rend(); ++file) {
    if (const auto segment = Segment::open(*file)) return segment->end();
  }
  return 1;
}

SegmentFile LogWriter::file() const {
  return {.run = head_.run,
          .first = head_.first,
          .kind = SegmentKind::kOpen,
          .path = folder_ / segment_name(head_.run, head_.first, SegmentKind::kOpen)};
}

Result<void> LogWriter::create() {
  head_.first = next_;
  const SegmentFile target = file();
  std::filesystem::path unfinished = target.path;
  unfinished += ".new";
  const std::string what = "cannot write " + target.path.native();
  // Under its name only once its head is whole: a reader never sees half a one.
  fd_.reset(::open(unfinished.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd_) return fail(errno_error(what, errno));
  const std::string head = encode_head(SegmentKind::kOpen, head_);
  Result<void> written = os::write_all(fd_.get(), head, what);
  if (written && ::rename(unfinished.c_str(), target.path.c_str()) != 0) {
    written = fail(errno_error(what, errno));
  }
  if (!written) {
    fd_.reset();
    (void)os::remove_file(unfinished);
    return written;
  }
  size_ = head.size();
  return {};
}

Result<void> LogWriter::append(const Line& line) {
  return for_each_part(line, [this](const Line& part) { return append_part(part); });
}

Result<void> LogWriter::append_part(const Line& part) {
  if (!fd_) TRY(create());
  append_record(buffer_, part);
  ++buffered_lines_;
  if (buffer_.size() >= kFlushAt) return flush();
  return {};
}

Result<void> LogWriter::flush() {
  if (buffer_.empty()) return {};
  auto written = os::write_all(fd_.get(), buffer_, "cannot write " + file().path.native());
  const uint64_t bytes = buffer_.size();
  const uint64_t lines = std::exchange(buffered_lines_, 0);
  buffer_.clear();
  if (!written) {
    // Half a batch may stand there: the file is whole up to where it was.
    (void)!::ftruncate(fd_.get(), static_cast<off_t>(size_));
    return written;
  }
  next_ += lines;
  size_ += bytes;
  written_ += bytes;
  return size_ >= options_.segment_bytes ? seal() : Result<void>{};
}

Result<void> LogWriter::seal() {
  fd_.reset();
  TRY(seal_segment(file(), codec_));
  return create();
}

Result<void> LogWriter::finish() {
  TRY(flush());
  if (!fd_) return {};
  fd_.reset();
  if (next_ == head_.first) return os::remove_file(file().path);
  return seal_segment(file(), codec_);
}

}  // namespace slipway::logs
