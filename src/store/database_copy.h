#pragma once
// A database as a file that another process may have open: copied while it is written, looked at,
// made ready for a new life. For `slipwayd backup`, `restore` and `doctor`; takes no owner lock,
// except where it says so. Any thread.

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace slipway::store {

struct DatabaseFacts {
  int64_t schema = 0;
  int64_t newest_schema = 0;  // that this program knows
  int64_t bytes = 0;
  int64_t sealed = 0;        // pull secrets and webhooks
  std::string installation;  // "" before control's first start
};

// Copies what is committed now, as one consistent state, into `to` (mode 0600, on the disk when
// this returns; must not exist). The writer goes on writing meanwhile. Errors as of Store::open().
Result<void> copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

// Is it whole (PRAGMA quick_check), ours, and not of a newer Slipway (kConflict)? Changes nothing.
Result<DatabaseFacts> inspect_database(const std::filesystem::path& path);

// For a copy that becomes the database of a new life: gateways compare snapshot versions within one
// control id only, and the versions of a restored database start again from an older one. Nobody
// else may have it open.
Result<void> forget_control_id(const std::filesystem::path& path);

}  // namespace slipway::store
