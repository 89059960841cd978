#include "api/log_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "api/query_reader.h"

namespace slipway::api {
namespace {

constexpr IntegerRange kTail{-1, 1'000'000'000};
constexpr uint64_t kUsualTail = 2000;

void read_time(QueryReader& query, std::string_view name, FineTime now, FineTime& into) {
  if (const auto time = query.moment(name, now)) into = *time;
}

void read_streams(QueryReader& query, bool all_streams, logs::LineFilter& filter) {
  using logs::Stream;
  const std::vector<std::string> names = query.texts("stream");
  if (names.empty()) {
    if (!all_streams) {
      filter.streams =
          static_cast<uint8_t>(logs::bit_of(Stream::kStdout) | logs::bit_of(Stream::kStderr));
    }
    return;
  }
  filter.streams = 0;
  for (const std::string& name : names) {
    if (name == "all") {
      filter.streams = logs::kAllStreams;
    } else if (const auto stream = logs::parse_stream(name)) {
      filter.streams |= logs::bit_of(*stream);
    } else {
      query.add_fault("stream", "must be stdout, stderr, pull, event or all");
      return;
    }
  }
}

void read_cursor(QueryReader& query, std::map<std::string, uint64_t>& after) {
  const auto text = query.text("cursor");
  if (!text) return;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    const size_t colon = one.find(':');
    uint64_t number = 0;
    const char* end = one.data() + one.size();
    if (colon == std::string_view::npos || colon == 0 ||
        std::from_chars(one.data() + colon + 1, end, number).ptr != end ||
        colon + 1 == one.size()) {
      query.add_fault("cursor",
                      "must be the replica and number of the last line of each, as in "
                      "iris-r1-0:120,iris-r1-1:98");
      return;
    }
    after[std::string(one.substr(0, colon))] = number;
  }
}

}  // namespace

Result<LogQuestion> read_log_query(std::string_view text, bool all_streams, FineTime now) {
  QueryReader query(text);
  LogQuestion question;
  control::LogRequest& request = question.request;
  const auto tail = query.integer("tail", kTail);
  request.follow = query.flag("follow");
  request.previous = query.flag("previous");
  read_time(query, "since", now, request.filter.since);
  read_time(query, "until", now, request.filter.until);
  if (const auto grep = query.text("grep"); grep && !grep->empty()) {
    auto pattern = logs::Pattern::compile(*grep);
    if (pattern) {
      request.filter.grep = std::move(*pattern);
    } else {
      query.add_fault("grep", pattern.error().message);
    }
  }
  read_streams(query, all_streams, request.filter);
  read_cursor(query, request.after);
  question.style.timestamps = query.flag("timestamps");
  question.download = query.flag("download");
  const std::string format = query.text("format").value_or("text");
  if (format == "ndjson") {
    question.style.format = LogFormat::kNdjson;
  } else if (format == "gzip") {
    question.style.format = LogFormat::kGzip;
    question.download = true;
  } else if (format != "text") {
    query.add_fault("format", "must be text, ndjson or gzip");
  }
  TRY(query.finish());
  const bool whole = question.download || request.filter.since != FineTime::min();
  if (tail && *tail >= 0) {
    request.tail = static_cast<uint64_t>(*tail);
  } else if (!tail && !whole) {
    request.tail = kUsualTail;
  }
  return question;
}

std::string log_file_name(const std::string& what, LogFormat format, FineTime now) {
  std::string time =
      format_rfc3339(std::chrono::floor<std::chrono::microseconds>(now)).substr(0, 19);
  std::replace(time.begin(), time.end(), 'T', '-');
  std::replace(time.begin(), time.end(), ':', '-');
  const char* ending = format == LogFormat::kNdjson ? "ndjson"
                       : format == LogFormat::kGzip ? "log.gz"
                                                    : "log";
  return fmt::format("{}-{}.{}", what, time, ending);
}

}  // namespace slipway::api
