#pragma once
// Numbers over time as one line of blocks, for people. Pure.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace slipway::cli {

// At most `width` characters; where there are more values, each stands for the mean of some. From 0
// (or the least value below it) up to the greatest; a gap is a blank.
std::string sparkline(const std::vector<std::optional<double>>& values, size_t width);

}  // namespace slipway::cli
