#pragma once
// A line of the access log: one JSON object (docs/operations.md says what its members mean). Pure;
// appends to a string of the caller's that keeps its capacity.

#include <string>

#include "base/clock.h"
#include "gateway/access_record.h"

namespace slipway::gateway {

// `began`: when the record's request began, by the wall clock. Ends with a newline.
void append_access_line(std::string& out, const AccessRecord& record, Timestamp began);

}  // namespace slipway::gateway
