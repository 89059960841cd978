#pragma once
// What an empty installation begins with: the admin, the group "default" and three instance types.

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::identity {

inline constexpr std::string_view kAdmin = "admin";

// true: there are users already, so this is not a first start.
Result<bool> has_users(store::ReadTransaction& tx);

// All rows of a first start.
Result<void> furnish(store::WriteTransaction& tx, const std::string& admin_password_hash,
                     Timestamp now);

}  // namespace slipway::identity
