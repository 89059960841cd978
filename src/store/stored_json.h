#pragma once
// Specs, statuses and lists of changes as the JSON that the tables hold. Additions only: what an
// older Slipway wrote must stay readable, so a missing member means its default.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"
#include "domain/spec_diff.h"
#include "domain/status.h"

namespace slipway::store {

std::string encode_spec(const domain::Spec& spec);
// kInternal for what encode_spec() never writes.
Result<domain::Spec> decode_spec(std::string_view text);

std::string encode_status(const domain::Status& status);
Result<domain::Status> decode_status(std::string_view text);

std::string encode_changes(const std::vector<domain::SpecChange>& changes);
Result<std::vector<domain::SpecChange>> decode_changes(std::string_view text);

}  // namespace slipway::store
