#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>

#include "base/clock.h"
#include "base/json.h"

namespace slipway {

class LogSink {
 public:
  LogSink(LogLevel from, std::shared_ptr<spdlog::logger> logger)
      : from_(from), logger_(std::move(logger)) {}
  bool takes(LogLevel level) const { return logger_ != nullptr && level >= from_; }
  void write(const std::string& line) { logger_->info(line); }

 private:
  LogLevel from_;
  std::shared_ptr<spdlog::logger> logger_;
};

namespace {

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view text) {
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError}) {
    if (text == to_string(level)) return level;
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is not a log level; use debug, info, warn or error", text));
}

Logger::Logger(std::shared_ptr<LogSink> sink, std::string part)
    : sink_(std::move(sink)), part_(std::move(part)) {}

Logger Logger::to_stderr(LogLevel level) {
  auto target = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("slipway", std::move(target));
  logger->set_pattern("%v");
  logger->flush_on(spdlog::level::info);
  return Logger(std::make_shared<LogSink>(level, std::move(logger)), "");
}

Logger Logger::silent() { return Logger(std::make_shared<LogSink>(LogLevel::kError, nullptr), ""); }

Logger Logger::named(std::string_view part) const { return Logger(sink_, std::string(part)); }

void Logger::debug(std::string_view message, Fields fields) const {
  write(LogLevel::kDebug, message, fields);
}
void Logger::info(std::string_view message, Fields fields) const {
  write(LogLevel::kInfo, message, fields);
}
void Logger::warn(std::string_view message, Fields fields) const {
  write(LogLevel::kWarn, message, fields);
}
void Logger::error(std::string_view message, Fields fields) const {
  write(LogLevel::kError, message, fields);
}

void Logger::write(LogLevel level, std::string_view message, Fields fields) const {
  if (!sink_->takes(level)) return;
  Json line;
  line["time"] = format_rfc3339(
      std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()));
  line["level"] = to_string(level);
  if (!part_.empty()) line["part"] = part_;
  line["message"] = message;
  for (const LogField& field : fields) {
    std::visit([&](const auto& value) { line[std::string(field.key)] = value; }, field.value);
  }
  sink_->write(dump_json(line));
}

}  // namespace slipway
