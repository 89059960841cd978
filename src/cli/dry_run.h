#pragma once
// What the API's dry runs and diffs answer, for people and for plans. Pure functions.

#include <optional>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"

namespace slipway::cli {

// Why it would be refused, with every wrong field and exceeded limit; nothing when it would not be.
std::optional<Error> refusal_of(const Json& dry_run);
// [{"field", "before", "after"}], empty when nothing would change.
const Json& changes_of(const Json& answer);

// A value in one line; a missing one as "(none)".
std::string change_value(const Json& value);
// "image: iris:1 -> iris:2", one a line.
std::string changes_text(const Json& changes, std::string_view indent);
// What the image, the quota and the way of the update will be, one a line.
std::string prospects_text(const Json& dry_run, std::string_view indent);

}  // namespace slipway::cli
