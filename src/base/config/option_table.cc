#include "base/config/option_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "base/toml.h"

namespace slipway::config {
namespace {

std::string with_dashes(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string toml_string(std::string_view text) {
  // A JSON string is a TOML basic string too.
  return dump_json(Json(std::string(text)));
}

}  // namespace

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string Option::flag() const { return "--" + with_dashes(name); }

std::string Option::environment() const {
  std::string out = "SLIPWAY_" + name;
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

void OptionTable::add(Option option) { options_.push_back(std::move(option)); }

void OptionTable::text(std::string name, std::string& field, std::string help) {
  add(Option{std::move(name), "", toml_string(field), std::move(help),
             [&field](std::string_view given) -> Result<void> {
               field = given;
               return {};
             },
             [&field] { return toml_string(field); }});
}

void OptionTable::choice(std::string name, std::string& field, std::vector<std::string> allowed,
                         std::string help) {
  std::string range = fmt::format("{}", fmt::join(allowed, "|"));
  add(Option{std::move(name), range, toml_string(field), std::move(help),
             [&field, allowed = std::move(allowed), range](std::string_view given) -> Result<void> {
               if (std::find(allowed.begin(), allowed.end(), given) == allowed.end()) {
                 return fail(ErrorCode::kInvalid,
                             fmt::format("'{}' is not one of {}", given, range));
               }
               field = given;
               return {};
             },
             [&field] { return toml_string(field); }});
}

void OptionTable::number(std::string name, int64_t& field, int64_t least, int64_t most,
                         std::string help) {
  Option option{
      std::move(name),
      fmt::format("{}..{}", least, most),
      std::to_string(field),
      std::move(help),
      [&field, least, most](std::string_view given) -> Result<void> {
        int64_t value = 0;
        const char* end = given.data() + given.size();
        const auto [stopped, error] = std::from_chars(given.data(), end, value);
        if (error != std::errc{} || stopped != end || value < least || value > most) {
          return fail(ErrorCode::kInvalid,
                      fmt::format("'{}' is not a whole number from {} to {}", given, least, most));
        }
        field = value;
        return {};
      },
      [&field] { return std::to_string(field); }};
  option.is_number = true;
  add(std::move(option));
}

Option* OptionTable::find(std::string_view name) {
  for (Option& option : options_) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

Result<void> OptionTable::unknown(std::string_view name, std::string_view source) const {
  std::vector<std::string> names;
  for (const Option& option : options_) names.push_back(option.name);
  const std::optional<std::string> meant = nearest(name, names);
  return fail(ErrorCode::kInvalid, fmt::format("{}: there is no option '{}'{}", source, name,
                                               meant ? fmt::format("; did you mean '{}'?", *meant)
                                                     : "; `slipwayd config print` lists them all"));
}

Result<void> OptionTable::assign(std::string_view name, std::string_view text,
                                 std::string_view source) {
  Option* option = find(name);
  if (option == nullptr) return unknown(name, source);
  if (auto assigned = option->assign(text); !assigned) {
    return fail(assigned.error().within(fmt::format("{}: {}", source, name)));
  }
  option->source = source;
  return {};
}

Result<void> OptionTable::load_toml(std::string_view document, std::string_view file_name) {
  auto parsed = parse_toml(document);
  if (!parsed) return fail(parsed.error().within(file_name));
  for (const auto& [key, value] : parsed->items()) {
    const Option* option = find(key);
    if (option == nullptr) return unknown(key, file_name);
    const bool fits = option->is_number ? value.is_number_integer() : value.is_string();
    if (!fits) {
      return fail(ErrorCode::kInvalid, fmt::format("{}: {}: it must be a {}", file_name, key,
                                                   option->is_number ? "whole number" : "string"));
    }
    TRY(assign(key, value.is_string() ? value.get<std::string>() : value.dump(), file_name));
  }
  return {};
}

Result<void> OptionTable::load_environment(
    const std::function<std::optional<std::string>(const std::string&)>& lookup) {
  for (const Option& option : options_) {
    const std::string variable = option.environment();
    if (const auto value = lookup(variable)) {
      TRY(assign(option.name, *value, "environment variable " + variable));
    }
  }
  return {};
}

std::string OptionTable::print() const {
  std::string out;
  for (const Option& option : options_) {
    out += fmt::format("# {}\n#   ", option.help);
    if (!option.range.empty()) out += fmt::format("{}; ", option.range);
    out += fmt::format("default {}; {}; {}; now from: {}\n{} = {}\n\n", option.default_text,
                       option.flag(), option.environment(), option.source, option.name,
                       option.current());
  }
  return out;
}

}  // namespace slipway::config
