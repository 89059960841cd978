#include "engine/process/replica_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <deque>
#include <filesystem>
#include <system_error>

namespace slipway::engine {
namespace {

constexpr size_t kMaxLine = 64 * 1024;  // longer lines are written in pieces
constexpr std::chrono::milliseconds kLook{25};
constexpr std::chrono::milliseconds kIdle{500};

// Whole lines out of a growing file.
class LineReader {
 public:
  explicit LineReader(const std::filesystem::path& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  explicit operator bool() const { return static_cast<bool>(fd_); }

  // Calls `on_line` for what has come; false when that said stop.
  bool read_on(const std::function<bool(const LogLine&)>& on_line) {
    std::array<char, 65536> buffer;
    ssize_t got = 0;
    while (fd_ && (got = ::read(fd_.get(), buffer.data(), buffer.size())) > 0) {
      pending_.append(buffer.data(), static_cast<size_t>(got));
      size_t from = 0;
      for (size_t end = 0; (end = pending_.find('\n', from)) != std::string::npos; from = end + 1) {
        const auto line =
            parse_replica_log_line(std::string_view(pending_).substr(from, end - from));
        if (line && !on_line(*line)) return false;
      }
      pending_.erase(0, from);
    }
    return true;
  }

  bool is_file(const std::filesystem::path& path) const {
    struct stat ours {};
    struct stat theirs {};
    return fd_ && ::fstat(fd_.get(), &ours) == 0 && ::stat(path.c_str(), &theirs) == 0 &&
           ours.st_ino == theirs.st_ino && ours.st_dev == theirs.st_dev;
  }

 private:
  os::UniqueFd fd_;
  std::string pending_;
};

}  // namespace

ReplicaLogWriter::ReplicaLogWriter(ReplicaFolder folder, const Clock& clock, int64_t max_bytes)
    : folder_(std::move(folder)), clock_(clock), max_bytes_(max_bytes) {
  open();
}

void ReplicaLogWriter::open() {
  fd_.reset(::open(folder_.log().c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  struct stat status {};
  size_ = fd_ && ::fstat(fd_.get(), &status) == 0 ? status.st_size : 0;
}

void ReplicaLogWriter::take(bool is_stderr, std::string_view bytes) {
  std::string& pending = pending_[is_stderr ? 1 : 0];
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    pending.append(bytes.substr(0, end));
    const bool whole = end != std::string_view::npos;
    bytes.remove_prefix(whole ? end + 1 : bytes.size());
    if (!whole && pending.size() < kMaxLine) return;
    write_line(is_stderr, pending, !whole);
    pending.clear();
  }
}

void ReplicaLogWriter::finish() {
  for (const bool is_stderr : {false, true}) {
    std::string& pending = pending_[is_stderr ? 1 : 0];
    if (!pending.empty()) write_line(is_stderr, pending, false);
    pending.clear();
  }
}

void ReplicaLogWriter::write_line(bool is_stderr, std::string_view text, bool continues) {
  if (!text.empty() && text.back() == '\r' && !continues) text.remove_suffix(1);
  const char stream = is_stderr ? (continues ? 'E' : 'e') : (continues ? 'O' : 'o');
  const std::string line = fmt::format("{} {} {}\n", format_rfc3339(clock_.now()), stream, text);
  if (size_ + static_cast<int64_t>(line.size()) > max_bytes_) {
    std::error_code ignored;
    std::filesystem::rename(folder_.log(), folder_.older_log(), ignored);
    open();
  }
  if (!fd_) open();
  const ssize_t written = ::write(fd_.get(), line.data(), line.size());
  if (written > 0) size_ += written;
}

std::optional<LogLine> parse_replica_log_line(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos || line.size() < space + 3 || line[space + 2] != ' ' ||
      std::string_view("oeOE").find(line[space + 1]) == std::string_view::npos) {
    return std::nullopt;
  }
  const auto time = parse_fine_rfc3339(line.substr(0, space));
  if (!time) return std::nullopt;
  const char stream = line[space + 1];
  return LogLine{*time, stream == 'e' || stream == 'E', std::string(line.substr(space + 3)),
                 stream == 'O' || stream == 'E'};
}

Result<void> read_replica_log(const ReplicaFolder& folder, const LogQuery& query,
                              const LogSink& sink) {
  bool ended = !is_replica_locked(folder);
  LineReader reader(folder.log());
  std::deque<LogLine> lines;
  const auto keep = [&](const LogLine& line) {
    if (line.time < query.since) return true;
    lines.push_back(line);
    if (query.tail >= 0 && lines.size() > static_cast<size_t>(query.tail)) lines.pop_front();
    return true;
  };
  // Opened in this order, so that a change of files in between doubles lines rather than loses
  // them.
  LineReader(folder.older_log()).read_on(keep);
  reader.read_on(keep);
  for (const LogLine& line : lines) {
    if (!sink(&line)) return {};
  }
  if (!query.follow) return {};

  const auto pass_on = [&](const LogLine& line) { return line.time < query.since || sink(&line); };
  if (!sink(nullptr)) return {};
  std::chrono::milliseconds idle{0};
  while (true) {
    bool any = false;
    if (!reader.read_on([&](const LogLine& line) { return any = true, pass_on(line); })) return {};
    if (any && !sink(nullptr)) return {};
    if (!reader.is_file(folder.log())) {
      LineReader next(folder.log());
      if (next) {
        // What was written to the old file between our last look and the change.
        if (!reader.read_on(pass_on)) return {};
        reader = std::move(next);
        continue;
      }
      if (ended) return {};
    }
    if (ended) return {};
    ended = !is_replica_locked(folder);
    if (ended) continue;  // once more: what it wrote last
    idle = any ? std::chrono::milliseconds(0) : idle + kLook;
    if (idle >= kIdle) {
      idle = std::chrono::milliseconds(0);
      if (!sink(nullptr)) return {};
    }
    ::poll(nullptr, 0, static_cast<int>(kLook.count()));
  }
}

}  // namespace slipway::engine
