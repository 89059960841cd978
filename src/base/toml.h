#pragma once
// TOML as JSON values: the one place where toml++ is included. Configuration files and model
// manifests are read through it. Pure; any thread; never throws.
//
// Tables become objects (members in the order of their names), arrays become arrays, dates and
// times become strings as TOML writes them.

#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace slipway {

// kInvalid with "line 3, column 7: ..." when `text` is not TOML 1.0, kTooLarge past 1 MiB.
Result<Json> parse_toml(std::string_view text);

}  // namespace slipway
