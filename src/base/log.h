#pragma once
// One JSON object a line on standard error: time, level, part, message, fields. The one place that
// knows spdlog. A Logger is a value that is handed down; named() gives a part its own name. Any
// thread. Secrets are never passed to it.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace slipway {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
Result<LogLevel> parse_log_level(std::string_view text);

struct LogField {
  std::string_view key;
  std::variant<std::string, int64_t, uint64_t, double, bool> value;

  LogField(std::string_view k, std::string_view v) : key(k), value(std::string(v)) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string(v)) {}
  LogField(std::string_view k, int v) : key(k), value(int64_t{v}) {}
  LogField(std::string_view k, unsigned v) : key(k), value(uint64_t{v}) {}
  LogField(std::string_view k, int64_t v) : key(k), value(v) {}
  LogField(std::string_view k, uint64_t v) : key(k), value(v) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  LogField(std::string_view k, bool v) : key(k), value(v) {}
};

class LogSink;  // spdlog behind it

class Logger {
 public:
  using Fields = std::initializer_list<LogField>;

  // Writes to standard error from `level` up.
  static Logger to_stderr(LogLevel level);
  // Writes nowhere: for tests.
  static Logger silent();

  Logger named(std::string_view part) const;

  void debug(std::string_view message, Fields fields = {}) const;
  void info(std::string_view message, Fields fields = {}) const;
  void warn(std::string_view message, Fields fields = {}) const;
  void error(std::string_view message, Fields fields = {}) const;

 private:
  Logger(std::shared_ptr<LogSink> sink, std::string part);
  void write(LogLevel level, std::string_view message, Fields fields) const;

  std::shared_ptr<LogSink> sink_;
  std::string part_;
};

}  // namespace slipway
