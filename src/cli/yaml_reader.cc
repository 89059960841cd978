#include "cli/yaml_reader.h"

#include <fmt/format.h>
#include <yaml.h>

#include <array>
#include <charconv>
#include <cmath>
#include <memory>

namespace slipway::cli {
namespace {

constexpr size_t kDeepest = 32;
constexpr size_t kLongest = size_t{8} * 1024 * 1024;

Failure refuse(size_t line, std::string_view why) {
  return fail(ErrorCode::kInvalid, fmt::format("line {}: {}", line + 1, why));
}

// What a value without quotes means.
Json plain_value(const std::string& text) {
  static constexpr std::array<std::string_view, 5> kNull = {"", "~", "null", "Null", "NULL"};
  for (const std::string_view word : kNull) {
    if (text == word) return nullptr;
  }
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const char* begin = text.data() + (text.front() == '+' ? 1 : 0);
  const char* end = text.data() + text.size();
  int64_t integer = 0;
  if (const auto read = std::from_chars(begin, end, integer);
      read.ec == std::errc() && read.ptr == end) {
    return integer;
  }
  // ".5", "1.", "1e3", but neither "1.2.3" nor "inf".
  if (text.find_first_not_of("0123456789+-.eE") == std::string::npos &&
      text.find_first_of("0123456789") != std::string::npos) {
    double number = 0;
    const auto read = std::from_chars(begin, end, number);
    if (read.ec == std::errc() && read.ptr == end && std::isfinite(number)) return number;
  }
  return text;
}

class Reader {
 public:
  explicit Reader(std::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  }
  ~Reader() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Result<std::vector<YamlDocument>> read() {
    std::vector<YamlDocument> documents;
    while (true) {
      TRY(next());
      if (event_.type == YAML_STREAM_END_EVENT) return documents;
      if (event_.type != YAML_DOCUMENT_START_EVENT) continue;
      TRY(next());
      YamlDocument document;
      document.line = static_cast<int>(line()) + 1;
      lines_ = &document.lines;
      TRY_ASSIGN(document.value, value("", 0));
      if (!document.value.is_null()) documents.push_back(std::move(document));
    }
  }

 private:
  size_t line() const { return event_.start_mark.line; }

  Result<void> next() {
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_) != 1) {
      event_ = {};
      return refuse(parser_.problem_mark.line,
                    parser_.problem != nullptr ? parser_.problem : "this is no YAML");
    }
    return {};
  }

  // Of the event that was read last.
  Result<Json> value(const std::string& path, size_t depth) {
    lines_->emplace(path, static_cast<int>(line()) + 1);
    if (depth > kDeepest) return refuse(line(), "this is nested too deeply");
    switch (event_.type) {
      case YAML_SCALAR_EVENT:
        return scalar();
      case YAML_SEQUENCE_START_EVENT:
        if (event_.data.sequence_start.anchor != nullptr) break;
        if (event_.data.sequence_start.tag != nullptr) break;
        return sequence(path, depth);
      case YAML_MAPPING_START_EVENT:
        if (event_.data.mapping_start.anchor != nullptr) break;
        if (event_.data.mapping_start.tag != nullptr) break;
        return mapping(path, depth);
      default:
        break;
    }
    return refuse(line(), "anchors, aliases and tags are not read; write the value out");
  }

  Result<Json> scalar() const {
    const auto& scalar = event_.data.scalar;
    if (scalar.anchor != nullptr || scalar.tag != nullptr) {
      return refuse(line(), "anchors, aliases and tags are not read; write the value out");
    }
    std::string text(reinterpret_cast<const char*>(scalar.value), scalar.length);
    if (scalar.style == YAML_PLAIN_SCALAR_STYLE) return plain_value(text);
    return Json(std::move(text));
  }

  Result<Json> sequence(const std::string& path, size_t depth) {
    Json list = Json::array();
    while (true) {
      TRY(next());
      if (event_.type == YAML_SEQUENCE_END_EVENT) return list;
      TRY_ASSIGN(Json item, value(fmt::format("{}[{}]", path, list.size()), depth + 1));
      list.push_back(std::move(item));
    }
  }

  Result<Json> mapping(const std::string& path, size_t depth) {
    Json map = Json::object();
    while (true) {
      TRY(next());
      if (event_.type == YAML_MAPPING_END_EVENT) return map;
      if (event_.type != YAML_SCALAR_EVENT) return refuse(line(), "a name must be plain text");
      const auto& scalar = event_.data.scalar;
      const std::string name(reinterpret_cast<const char*>(scalar.value), scalar.length);
      if (map.contains(name)) return refuse(line(), fmt::format("'{}' stands here twice", name));
      const size_t name_line = line();
      const std::string below = path.empty() ? name : fmt::format("{}.{}", path, name);
      TRY(next());
      lines_->emplace(below, static_cast<int>(name_line) + 1);
      TRY_ASSIGN(map[name], value(below, depth + 1));
    }
  }

  yaml_parser_t parser_{};
  yaml_event_t event_{};
  std::map<std::string, int>* lines_ = nullptr;
};

}  // namespace

Result<std::vector<YamlDocument>> read_yaml(std::string_view text) {
  if (text.size() > kLongest) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("{} bytes are too many; at most {} are read", text.size(), kLongest));
  }
  // libyaml reads nearly all of JSON; what it does not, JSON's own reader does, without lines.
  auto documents = Reader(text).read();
  if (documents) return documents;
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '[')) {
    return documents;
  }
  auto value = parse_json(text, JsonLimits{kLongest, kDeepest});
  if (!value) return fail(value.error());
  return std::vector<YamlDocument>{{std::move(*value), 1, {{"", 1}}}};
}

int line_of(const YamlDocument& document, std::string_view path) {
  while (true) {
    const auto found = document.lines.find(std::string(path));
    if (found != document.lines.end()) return found->second;
    const size_t cut = path.find_last_of(".[");
    if (cut == std::string_view::npos) return document.line;
    path = path.substr(0, cut);
  }
}

}  // namespace slipway::cli
