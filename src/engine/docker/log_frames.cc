#include "engine/docker/log_frames.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace slipway::engine {
namespace {

constexpr size_t kHeaderSize = 8;
// No engine sends more than a line's buffer at once; a longer length is not a frame of this format.
constexpr size_t kMaxFrame = size_t{16} * 1024 * 1024;

}  // namespace

bool LogFrames::feed(std::string_view bytes) {
  while (!bytes.empty() && !broken_ && !stopped_) {
    if (missing_ == 0) {
      const size_t take = std::min(kHeaderSize - header_.size(), bytes.size());
      header_.append(bytes.substr(0, take));
      bytes.remove_prefix(take);
      if (header_.size() < kHeaderSize) break;
      const auto byte = [&](size_t i) { return size_t{static_cast<uint8_t>(header_[i])}; };
      const size_t length = byte(4) << 24 | byte(5) << 16 | byte(6) << 8 | byte(7);
      stream_ = static_cast<int>(byte(0));
      header_.clear();
      broken_ = stream_ > 2 || length > kMaxFrame;
      missing_ = length;
      payload_.clear();
      continue;
    }
    const size_t take = std::min(missing_, bytes.size());
    payload_.append(bytes.substr(0, take));
    bytes.remove_prefix(take);
    missing_ -= take;
    if (missing_ == 0 && !take_frame(stream_, payload_)) stopped_ = true;
  }
  return !broken_ && !stopped_;
}

bool LogFrames::take_frame(int stream, std::string_view payload) {
  Stream& into = streams_[stream == 2 ? 1 : 0];
  into.line.is_stderr = stream == 2;
  if (const size_t space = payload.find(' '); space != std::string_view::npos) {
    if (const auto time = parse_fine_rfc3339(payload.substr(0, space))) {
      if (!into.has_text) into.line.time = *time;
      payload.remove_prefix(space + 1);
    }
  }
  while (!payload.empty()) {
    const size_t end = payload.find('\n');
    const std::string_view piece = payload.substr(0, end);
    into.line.text.append(piece);
    into.has_text = true;
    const bool whole = end != std::string_view::npos;
    if ((whole || into.line.text.size() >= kMaxLine) && !emit(into, !whole)) return false;
    payload.remove_prefix(whole ? end + 1 : payload.size());
  }
  return true;
}

bool LogFrames::emit(Stream& stream, bool continues) {
  LogLine line = std::move(stream.line);
  stream.line.text.clear();
  stream.has_text = false;
  line.continues = continues;
  if (!line.text.empty() && line.text.back() == '\r') line.text.pop_back();
  return on_line_(line);
}

void LogFrames::finish() {
  for (Stream& stream : streams_) {
    if (stream.has_text && !stopped_ && !emit(stream, false)) stopped_ = true;
  }
}

}  // namespace slipway::engine
