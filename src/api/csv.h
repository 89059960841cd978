#pragma once
// Tables as comma-separated values (RFC 4180) that spreadsheets open: a cell that one of them would
// take for a formula begins with a quote. Pure functions.

#include <string>
#include <string_view>
#include <vector>

namespace slipway::api {

// With its line end.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace slipway::api
