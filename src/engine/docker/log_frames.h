#pragma once
// The engine's multiplexed log stream as lines. Each frame is 8 bytes (stream, 0, 0, 0, length as
// 32 bits big endian) and that many bytes of "<RFC 3339 time> <text>"; a line longer than what the
// engine keeps at once comes in several frames, each with its own time, and only the last ends in a
// newline. Source: Docker API, "Attach to a container", stream format.
//
// Fed on one thread; allocates at most kMaxLine bytes a stream; never fails: what is no frame is
// dropped up to the end.

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "engine/replica_engine.h"

namespace slipway::engine {

class LogFrames {
 public:
  static constexpr size_t kMaxLine = 64 * 1024;  // longer lines are handed on in pieces

  // `on_line` gets whole lines; false: stop.
  explicit LogFrames(std::function<bool(const LogLine&)> on_line) : on_line_(std::move(on_line)) {}

  // False when the receiver wants no more.
  bool feed(std::string_view bytes);
  // Hands on what has no line end yet.
  void finish();

 private:
  struct Stream {
    LogLine line;
    bool has_text = false;
  };

  bool take_frame(int stream, std::string_view payload);
  bool emit(Stream& stream, bool continues);

  std::function<bool(const LogLine&)> on_line_;
  std::string header_;
  size_t missing_ = 0;  // bytes of the present frame still to come
  int stream_ = 0;
  std::string payload_;
  bool broken_ = false;
  bool stopped_ = false;
  std::array<Stream, 2> streams_;
};

}  // namespace slipway::engine
