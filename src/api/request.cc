#include "api/request.h"

#include <algorithm>

#include "http/header_table.h"

namespace slipway::api {

std::string_view find_field(const HeaderFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (http::equals_ignoring_case(key, name)) return value;
  }
  return {};
}

bool Request::has_field(std::string_view name) const {
  return std::any_of(fields.begin(), fields.end(), [&](const auto& field) {
    return http::equals_ignoring_case(field.first, name);
  });
}

}  // namespace slipway::api
