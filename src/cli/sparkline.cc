#include "cli/sparkline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace slipway::cli {
namespace {

constexpr std::array<std::string_view, 8> kBlocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

// Means of `width` even parts.
std::vector<std::optional<double>> narrowed(const std::vector<std::optional<double>>& values,
                                            size_t width) {
  if (values.size() <= width) return values;
  std::vector<std::optional<double>> out(width);
  for (size_t i = 0; i < width; ++i) {
    double sum = 0;
    size_t count = 0;
    const size_t end = (i + 1) * values.size() / width;
    for (size_t at = i * values.size() / width; at < end; ++at) {
      if (!values[at]) continue;
      sum += *values[at];
      ++count;
    }
    if (count > 0) out[i] = sum / static_cast<double>(count);
  }
  return out;
}

}  // namespace

std::string sparkline(const std::vector<std::optional<double>>& values, size_t width) {
  const auto shown = narrowed(values, width);
  double least = 0;
  double most = 0;
  for (const auto& value : shown) {
    least = std::min(least, value.value_or(0));
    most = std::max(most, value.value_or(0));
  }
  std::string out;
  for (const auto& value : shown) {
    if (!value) {
      out += ' ';
      continue;
    }
    const double part = most > least ? (*value - least) / (most - least) : 0;
    out += kBlocks.at(static_cast<size_t>(std::lround(part * (kBlocks.size() - 1))));
  }
  return out;
}

}  // namespace slipway::cli
