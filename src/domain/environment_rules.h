#pragma once
// What a user's environment variables may be: their names, sizes and number. Pure; values are never
// repeated in messages, since they may be secrets.

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"

namespace slipway::domain {

inline constexpr size_t kMaxEnvironmentEntries = 200;
inline constexpr size_t kMaxEnvironmentNameBytes = 256;
inline constexpr size_t kMaxEnvironmentValueBytes = size_t{32} * 1024;
inline constexpr size_t kMaxEnvironmentBytes = size_t{128} * 1024;  // all names and values together

// Paths are "environment", "environment[i].name", "environment[i].value".
std::vector<FieldError> check_environment(const std::vector<EnvironmentVariable>& environment);

}  // namespace slipway::domain
