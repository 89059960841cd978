#include "base/toml.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstddef>
#include <exception>
#include <sstream>
#include <string>

namespace slipway {
namespace {

constexpr size_t kMaxBytes = 1024 * 1024;

Json to_json(const toml::node& node);

Json table_to_json(const toml::table& table) {
  Json object = Json::object();
  for (const auto& [key, value] : table) object[std::string(key.str())] = to_json(value);
  return object;
}

Json array_to_json(const toml::array& array) {
  Json list = Json::array();
  for (const auto& value : array) list.push_back(to_json(value));
  return list;
}

template <typename Value>
std::string written(const Value& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}

Json to_json(const toml::node& node) {
  if (const auto* table = node.as_table()) return table_to_json(*table);
  if (const auto* array = node.as_array()) return array_to_json(*array);
  if (const auto* text = node.as_string()) return Json(text->get());
  if (const auto* integer = node.as_integer()) return Json(integer->get());
  if (const auto* flag = node.as_boolean()) return Json(flag->get());
  if (const auto* number = node.as_floating_point()) return Json(number->get());
  if (const auto* date = node.as_date()) return Json(written(date->get()));
  if (const auto* time = node.as_time()) return Json(written(time->get()));
  if (const auto* date_time = node.as_date_time()) return Json(written(date_time->get()));
  return Json();
}

}  // namespace

Result<Json> parse_toml(std::string_view text) {
  if (text.size() > kMaxBytes) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("the TOML text is longer than {} bytes", kMaxBytes));
  }
  try {
    return table_to_json(toml::parse(text));
  } catch (const toml::parse_error& error) {
    return fail(ErrorCode::kInvalid,
                fmt::format("line {}, column {}: {}", error.source().begin.line,
                            error.source().begin.column, error.description()));
  } catch (const std::exception& error) {
    return fail(ErrorCode::kInternal, fmt::format("cannot read the TOML text: {}", error.what()));
  }
}

}  // namespace slipway
