#pragma once
// The schema of metrics.db (docs/schema.md), as steps like those of slipway.db.

#include <vector>

#include "store/migrations.h"

namespace slipway::store {

inline constexpr int64_t kMetricsApplicationId = 0x736c706d;  // "slpm"

const std::vector<Migration>& metrics_migrations();

}  // namespace slipway::store
