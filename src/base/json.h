#pragma once
// JSON as values: the one place where nlohmann-json is included. The prediction path parses none.
//
// parse_json() is the only way in: it bounds size and depth, refuses duplicate keys and trailing
// bytes, and never throws. Read documents of callers through JsonReader, which names bad fields by
// path.

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway {

// Keeps the order in which members were written, so that replies read the way they were composed.
using Json = nlohmann::ordered_json;

struct JsonLimits {
  size_t bytes = 1024 * 1024;
  size_t depth = 32;
};

Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});
// One line, no spaces; invalid UTF-8 is replaced (U+FFFD) rather than refused.
std::string dump_json(const Json& value);
std::string dump_json_pretty(const Json& value);

}  // namespace slipway
