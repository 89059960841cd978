#include "api/request.h"

#include <algorithm>

#include "http/header_table.h"

namespace slipway::api {

bool has_field(const Request& request, std::string_view name) {
  return std::any_of(request.fields.begin(), request.fields.end(), [&](const auto& field) {
    return http::equals_ignoring_case(field.first, name);
  });
}

}  // namespace slipway::api
