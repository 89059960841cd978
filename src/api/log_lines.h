#pragma once
// Stored log lines as the bytes of an answer: text or one JSON object a line, gathered to pieces
// that are worth sending. Used for one answer, on one thread.

#include <memory>
#include <string>
#include <string_view>

#include "api/request.h"
#include "logs/gzip_stream.h"
#include "logs/line.h"

namespace slipway::api {

enum class LogFormat { kText, kNdjson, kGzip };  // kGzip: text, compressed

struct LogStyle {
  LogFormat format = LogFormat::kText;
  bool timestamps = false;     // in text
  bool replica_names = false;  // in text: "<replica> | " before each line
};

class LogLines {
 public:
  LogLines(LogStyle style, const ByteSink& sink);

  // False: nobody reads any more.
  bool add(const std::string& replica, const logs::NumberedLine& line);
  // Hands on what has gathered; asks whether somebody still reads when nothing has.
  bool flush();
  // All that is left; once.
  bool finish();

 private:
  void add_text(const std::string& replica, const logs::NumberedLine& line);
  void add_json(const std::string& replica, const logs::NumberedLine& line);
  bool send();

  const LogStyle style_;
  const ByteSink& sink_;
  std::string pending_;
  std::unique_ptr<logs::GzipStream> gzip_;
  // Of text: whose line has no end yet, because its next part is still to come.
  std::string open_replica_;
  logs::Stream open_stream_ = logs::Stream::kStdout;
  bool open_ = false;
};

// `text` as the inside of a JSON string. False: it was no UTF-8, and U+FFFD stands for what was
// none.
bool append_json_text(std::string& out, std::string_view text);

}  // namespace slipway::api
