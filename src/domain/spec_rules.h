#pragma once
// What a deployment may be called and what its spec may say. Pure; messages name the rule and what
// was given (shortened). The API adds what only it can know (unknown members, wrong JSON types).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"

namespace slipway::domain {

inline constexpr int kMaxReplicas = 100;
inline constexpr size_t kMaxNameLength = 80;
inline constexpr size_t kMaxDescriptionLength = 10'000;
inline constexpr size_t kMaxMessageLength = 2'000;
inline constexpr size_t kMaxMetadataEntries = 100;
inline constexpr size_t kMaxMetadataKeyLength = 128;
inline constexpr size_t kMaxMetadataValueBytes = size_t{4} * 1024;
inline constexpr size_t kMaxHealthPathLength = 512;

// Every wrong field of the spec by its path ("replicas", "environment[2].name"); empty: it is good.
// Whether the instance type exists is the store's to know.
std::vector<FieldError> check_spec(const Spec& spec);

// The problem with the text, or none. Paths are the caller's.
std::optional<std::string> check_name(std::string_view name);     // give it trimmed
std::optional<std::string> check_message(std::string_view text);  // the update message

}  // namespace slipway::domain
