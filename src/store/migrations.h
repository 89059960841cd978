#pragma once
// The schema, as steps from nothing to now; compiled in. PRAGMA user_version says how far a file
// has come, PRAGMA application_id that it is ours. docs/schema.md describes the result.

#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/database.h"

namespace slipway::store {

inline constexpr int64_t kApplicationId = 0x736c7077;  // "slpw"

struct Migration {
  std::string_view name;
  std::string_view sql;
};

// In order; the first brings a file to version 1. A released one is never edited, only followed.
const std::vector<Migration>& migrations();

// kInternal when the file is another program's database; an empty one is fine. `id`: of the kind of
// file, PRAGMA application_id.
Result<void> check_owner(Database& database, int64_t id = kApplicationId);

// kConflict when the file has come further than this program knows.
Result<void> check_not_newer(int64_t schema, int64_t newest);

// Applies what is missing, each step in its own transaction together with its version. kConflict
// when the file is of a newer program; nothing is changed then.
Result<void> migrate(Database& database, const std::vector<Migration>& steps,
                     int64_t id = kApplicationId);

}  // namespace slipway::store
