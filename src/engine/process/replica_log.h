#pragma once
// The output of a process replica as a file of lines, "<RFC 3339 time> <o|e> <text>", O and E
// when the line was too long and goes on in the next one of its stream. The shim writes, two files
// of a bounded size take turns; the engine reads, once or following. A full disk costs lines, never
// the model. Each object on one thread.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "engine/process/replica_folder.h"
#include "engine/replica_engine.h"
#include "os/fd.h"

namespace slipway::engine {

class ReplicaLogWriter {
 public:
  ReplicaLogWriter(ReplicaFolder folder, const Clock& clock, int64_t max_bytes);

  // Bytes as they come from one of the two streams.
  void take(bool is_stderr, std::string_view bytes);
  // What has no line end yet becomes a line.
  void finish();

 private:
  void open();
  void write_line(bool is_stderr, std::string_view text, bool continues);

  const ReplicaFolder folder_;
  const Clock& clock_;
  const int64_t max_bytes_;
  os::UniqueFd fd_;
  int64_t size_ = 0;
  std::string pending_[2];
};

// Empty when `line` is not of that form.
std::optional<LogLine> parse_replica_log_line(std::string_view line);

Result<void> read_replica_log(const ReplicaFolder& folder, const LogQuery& query,
                              const LogSink& sink);

}  // namespace slipway::engine
