#include "cli/yaml.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/json.h"

namespace slipway::cli {
namespace {

std::string scalar(const Json& value) {
  if (value.is_string() && is_plain_yaml(value.get_ref<const std::string&>())) {
    return value.get<std::string>();
  }
  return dump_json(value);
}

// Writes what follows "key:" or "-"; `depth` is the indentation of its own members.
void write(const Json& value, size_t depth, std::string& out, bool after_dash) {
  const std::string indent(depth, ' ');
  if (!value.is_structured() || value.empty()) {
    out += (after_dash ? "" : " ") + scalar(value) + "\n";
    return;
  }
  if (!after_dash) out += "\n";
  bool first = after_dash;
  if (value.is_array()) {
    for (const Json& item : value) {
      out += (first ? "" : indent) + "- ";
      first = false;
      write(item, depth + 2, out, true);
    }
    return;
  }
  for (const auto& [name, member] : value.items()) {
    out += (first ? "" : indent) + scalar(name) + ":";
    first = false;
    write(member, depth + 2, out, false);
  }
}

}  // namespace

bool is_plain_yaml(std::string_view text) {
  // YAML 1.1 readers are still about: their booleans are quoted as well.
  static constexpr std::array<std::string_view, 10> kWords = {"null", "true", "false", "yes", "no",
                                                              "on",   "off",  "y",     "n",   "~"};
  if (text.empty() || text.size() > 200) return false;
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  // Whatever begins with a letter or '/' and holds nothing of YAML's syntax; numbers begin with
  // neither.
  if (!letter(text.front()) && text.front() != '/') return false;
  const bool safe = std::all_of(text.begin(), text.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') ||
           std::string_view("_-./:@+ ,()=%").find(c) != std::string_view::npos;
  });
  if (!safe || text.back() == ' ' || text.back() == ':' ||
      text.find(": ") != std::string_view::npos) {
    return false;
  }
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(kWords.begin(), kWords.end(), lower) == kWords.end();
}

std::string to_yaml(const Json& value) {
  std::string out;
  if (!value.is_structured() || value.empty()) return scalar(value) + "\n";
  write(value, 0, out, true);
  return out;
}

}  // namespace slipway::cli
