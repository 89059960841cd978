#include "api/log_lines.h"

#include <fmt/format.h>

#include <iterator>

#include "base/base64.h"

namespace slipway::api {
namespace {

constexpr size_t kPiece = size_t{64} * 1024;

// How many bytes of UTF-8 `text` begins with, by RFC 3629; 0: none.
size_t sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : 0U; };
  const auto follows = [&](size_t i) { return (byte(i) & 0xc0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool good = (first != 0xe0 || byte(1) >= 0xa0) && (first != 0xed || byte(1) <= 0x9f);
    return good && follows(1) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool good = (first != 0xf0 || byte(1) >= 0x90) && (first != 0xf4 || byte(1) <= 0x8f);
    return good && follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool append_json_text(std::string& out, std::string_view text) {
  bool whole = true;
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size()) {
      const auto byte = static_cast<uint8_t>(text[plain]);
      if (byte < 0x20 || byte == '"' || byte == '\\' || byte >= 0x7f) break;
      ++plain;
    }
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto byte = static_cast<uint8_t>(text.front());
    size_t used = 1;
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += text.front();
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
    } else if (const size_t length = sequence_length(text); length > 0) {
      out.append(text.substr(0, length));
      used = length;
    } else {
      out += "\xef\xbf\xbd";
      whole = false;
    }
    text.remove_prefix(used);
  }
  return whole;
}

LogLines::LogLines(LogStyle style, const ByteSink& sink) : style_(style), sink_(sink) {
  if (style_.format == LogFormat::kGzip) gzip_ = std::make_unique<logs::GzipStream>();
}

bool LogLines::add(const std::string& replica, const logs::NumberedLine& line) {
  if (style_.format == LogFormat::kNdjson) {
    add_json(replica, line);
  } else {
    add_text(replica, line);
  }
  return pending_.size() < kPiece || send();
}

void LogLines::add_text(const std::string& replica, const logs::NumberedLine& line) {
  const bool same = open_ && open_stream_ == line.line.stream && open_replica_ == replica;
  // Another line comes between two parts of a long one: that ends here, so that none mix.
  if (open_ && !same) pending_ += '\n';
  if (!same) {
    if (style_.replica_names) pending_.append(replica).append(" | ");
    if (style_.timestamps) pending_.append(format_rfc3339(line.line.time)).append(" ");
  }
  pending_.append(line.line.text);
  open_ = line.line.continues;
  if (open_) {
    open_replica_ = replica;
    open_stream_ = line.line.stream;
  } else {
    pending_ += '\n';
  }
}

void LogLines::add_json(const std::string& replica, const logs::NumberedLine& line) {
  fmt::format_to(std::back_inserter(pending_),
                 R"({{"time":"{}","replica":"{}","run":{},"number":{},"stream":"{}","line":")",
                 format_rfc3339(line.line.time), replica, line.run, line.number,
                 to_string(line.line.stream));
  const bool whole = append_json_text(pending_, line.line.text);
  pending_ += '"';
  if (!whole) pending_.append(R"(,"base64":")").append(base64_encode(line.line.text)).append("\"");
  if (line.line.continues) pending_ += R"(,"continues":true)";
  pending_ += "}\n";
}

bool LogLines::send() {
  if (!gzip_) {
    const bool wanted = sink_(pending_);
    pending_.clear();
    return wanted;
  }
  const std::string packed = gzip_->add(pending_);
  pending_.clear();
  return sink_(packed);
}

bool LogLines::flush() { return send(); }

bool LogLines::finish() {
  if (open_) pending_ += '\n';
  if (!send()) return false;
  return !gzip_ || sink_(gzip_->finish());
}

}  // namespace slipway::api
