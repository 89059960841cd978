#include "api/query_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "http/uri.h"

namespace slipway::api {
namespace {

// "90s", "10m", "2h", "7d"; none: it is none.
std::optional<std::chrono::seconds> parse_ago(std::string_view text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0 || count > 1'000'000'000 ||
      end + 1 != text.data() + text.size()) {
    return std::nullopt;
  }
  switch (*end) {
    case 's':
      return std::chrono::seconds(count);
    case 'm':
      return std::chrono::minutes(count);
    case 'h':
      return std::chrono::hours(std::min<int64_t>(count, 1'000'000));
    case 'd':
      return std::chrono::hours(24 * std::min<int64_t>(count, 40'000));
    default:
      return std::nullopt;
  }
}

}  // namespace

QueryReader::QueryReader(std::string_view query) {
  const Result<http::QueryParameters> parsed = http::QueryParameters::parse(query);
  if (!parsed) {
    faults_.push_back({"?", parsed.error().message});
    return;
  }
  for (const auto& [name, value] : *parsed) parameters_.push_back({name, value, false});
}

std::vector<std::string> QueryReader::texts(std::string_view name) {
  known_.emplace_back(name);
  std::vector<std::string> values;
  for (Parameter& parameter : parameters_) {
    if (parameter.name != name) continue;
    parameter.used = true;
    values.push_back(parameter.value);
  }
  return values;
}

std::optional<std::string> QueryReader::text(std::string_view name) {
  std::vector<std::string> values = texts(name);
  if (values.empty()) return std::nullopt;
  if (values.size() > 1) add_fault(name, "is given more than once");
  return std::move(values.front());
}

std::optional<int64_t> QueryReader::integer(std::string_view name, IntegerRange range) {
  const std::optional<std::string> value = text(name);
  if (!value) return std::nullopt;
  int64_t number = 0;
  const char* const stop = value->data() + value->size();
  const auto [end, problem] = std::from_chars(value->data(), stop, number);
  if (problem != std::errc() || end != stop || number < range.least || number > range.most) {
    add_fault(name, fmt::format("must be a whole number from {} to {}", range.least, range.most));
    return std::nullopt;
  }
  return number;
}

std::optional<Timestamp> QueryReader::time(std::string_view name) {
  const std::optional<std::string> value = text(name);
  if (!value) return std::nullopt;
  const Result<Timestamp> time = parse_rfc3339(*value);
  if (time) return *time;
  add_fault(name, "must be a time as in RFC 3339, like 2027-01-31T12:00:00Z");
  return std::nullopt;
}

std::optional<FineTime> QueryReader::moment(std::string_view name, FineTime now) {
  const std::optional<std::string> value = text(name);
  if (!value) return std::nullopt;
  if (const auto ago = parse_ago(*value)) return now - *ago;
  if (const auto time = parse_fine_rfc3339(*value)) return *time;
  add_fault(name, "must be a time like 2026-01-31T12:00:00Z, or how long ago, like 10m");
  return std::nullopt;
}

bool QueryReader::flag(std::string_view name) {
  const std::optional<std::string> value = text(name);
  if (!value || *value == "0" || *value == "false") return false;
  if (!value->empty() && *value != "1" && *value != "true") {
    add_fault(name, "must be 1, true, 0 or false");
  }
  return true;
}

void QueryReader::add_fault(std::string_view name, std::string message) {
  faults_.push_back({fmt::format("?{}", name), std::move(message)});
}

Result<void> QueryReader::finish() {
  for (const Parameter& parameter : parameters_) {
    if (parameter.used) continue;
    const std::string_view meant = closest_word(parameter.name, known_);
    add_fault(parameter.name.substr(0, 64),
              meant.empty() ? "is not a parameter here"
                            : fmt::format("is not a parameter; did you mean '{}'?", meant));
  }
  if (faults_.empty()) return {};
  Error error{ErrorCode::kInvalid, "", faults_};
  error.message = fmt::format("the query parameter '{}' {}", faults_.front().path.substr(1),
                              faults_.front().message);
  return fail(std::move(error));
}

}  // namespace slipway::api
