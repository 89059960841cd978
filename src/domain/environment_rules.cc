#include "domain/environment_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "domain/platform_environment.h"
#include "domain/text_rules.h"

namespace slipway::domain {
namespace {

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && !(text[0] >= '0' && text[0] <= '9') &&
         std::all_of(text.begin(), text.end(), fits);
}

std::optional<std::string> check_one_name(std::string_view name) {
  if (!is_name(name)) {
    return fmt::format("must match [A-Za-z_][A-Za-z0-9_]*; it is '{}'", shortened(name));
  }
  if (name.size() > kMaxEnvironmentNameBytes) {
    return fmt::format("must be at most {} bytes long; it is {}", kMaxEnvironmentNameBytes,
                       name.size());
  }
  if (is_platform_variable(name)) {
    return fmt::format("'{}' is set by the platform and cannot be chosen", shortened(name));
  }
  return std::nullopt;
}

std::optional<std::string> check_one_value(std::string_view value) {
  if (value.size() > kMaxEnvironmentValueBytes) {
    return fmt::format("must be at most {} bytes long; it is {}", kMaxEnvironmentValueBytes,
                       value.size());
  }
  if (value.find('\0') != std::string_view::npos) return "must not hold a zero byte";
  // Lines and tabs are fine, and so is any other control character (a value may be a terminal
  // sequence); but it must be text, since it travels as JSON.
  if (!is_utf8(value)) return "must be UTF-8; encode other bytes, for example as base64";
  return std::nullopt;
}

}  // namespace

std::vector<FieldError> check_environment(const std::vector<EnvironmentVariable>& environment) {
  std::vector<FieldError> problems;
  if (environment.size() > kMaxEnvironmentEntries) {
    problems.push_back({"environment", fmt::format("must have at most {} entries; it has {}",
                                                   kMaxEnvironmentEntries, environment.size())});
    return problems;
  }
  size_t bytes = 0;
  std::map<std::string_view, size_t> seen;
  for (size_t i = 0; i < environment.size(); ++i) {
    const auto& [name, value] = environment[i];
    bytes += name.size() + value.size();
    if (auto problem = check_one_name(name)) {
      problems.push_back({fmt::format("environment[{}].name", i), *problem});
    } else if (const auto [first, fresh] = seen.emplace(name, i); !fresh) {
      problems.push_back(
          {fmt::format("environment[{}].name", i),
           fmt::format("'{}' is already set by environment[{}]", shortened(name), first->second)});
    }
    if (auto problem = check_one_value(value)) {
      problems.push_back({fmt::format("environment[{}].value", i), *problem});
    }
  }
  if (bytes > kMaxEnvironmentBytes) {
    problems.push_back({"environment", fmt::format("must be at most {} bytes in all; it is {}",
                                                   kMaxEnvironmentBytes, bytes)});
  }
  return problems;
}

}  // namespace slipway::domain
