#pragma once
// What OpenAPI says about an operation beyond its route: one row for each. Constant data.

#include <span>
#include <string_view>

namespace slipway::api {

struct OperationText {
  std::string_view operation = {};  // Route::operation
  std::string_view tag = {};
  std::string_view summary = {};
  // Query parameters as "name:type" separated by blanks; "[]" after the type: may be repeated.
  std::string_view query = {};
  std::string_view request_schema = {};  // "": no body
  int status = 200;                      // of success
  // "": no body; "Page:X": a page of X; otherwise a schema's name.
  std::string_view response_schema = {};
  std::string_view response_type = "application/json";
  bool takes_if_match = false;
  bool takes_idempotency_key = false;
};

std::span<const OperationText> operation_texts();

// components/schemas as JSON text.
std::string_view schema_text();

}  // namespace slipway::api
