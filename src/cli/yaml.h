#pragma once
// JSON as YAML 1.2 block style, for people. Strings that YAML could take for something else are
// written as JSON strings, which are YAML as well. Pure function; reads no YAML.

#include <string>
#include <string_view>

#include "base/json_fwd.h"

namespace slipway::cli {

std::string to_yaml(const Json& value);
// May the text stand in YAML without quotes and stay the same string?
bool is_plain_yaml(std::string_view text);

}  // namespace slipway::cli
