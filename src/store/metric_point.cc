#include "store/metric_point.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace slipway::store {
namespace {

// Wholes above are not exact, and nothing here counts that far.
constexpr double kMostWhole = 9.0e15;

bool is_real(size_t metric) {
  return metric == static_cast<size_t>(Metric::kRewards) ||
         metric == static_cast<size_t>(Metric::kNegativeRewards);
}

void append_varint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void append_real(std::string& out, double value) {
  auto bits = std::bit_cast<uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8) out.push_back(static_cast<char>(bits & 0xFF));
}

uint64_t whole(double value) {
  return static_cast<uint64_t>(std::llround(std::clamp(value, 0.0, kMostWhole)));
}

// Reads to the end of the bytes; after the first failure everything is 0.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }
  bool at_end() const { return !ok_ || at_ == bytes_.size(); }

  uint8_t byte() {
    if (at_ == bytes_.size()) ok_ = false;
    return ok_ ? static_cast<uint8_t>(bytes_[at_++]) : 0;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t next = byte();
      value |= uint64_t{next & 0x7FU} << shift;
      if ((next & 0x80U) == 0) return ok_ ? value : 0;
    }
    ok_ = false;
    return 0;
  }
  double real() {
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits |= uint64_t{byte()} << (8 * i);
    const auto value = std::bit_cast<double>(bits);
    if (!std::isfinite(value)) ok_ = false;
    return ok_ ? value : 0;
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

Failure damaged() {
  return fail(ErrorCode::kInternal, "a point of the metrics history is damaged");
}

}  // namespace

MetricPoint& MetricPoint::operator+=(const MetricPoint& other) {
  for (size_t i = 0; i < kMetrics; ++i) values[i] += other.values[i];
  return *this;
}

MetricPoint MetricPoint::part(int64_t begin, int64_t end, int64_t total) const {
  MetricPoint out;
  const double from = static_cast<double>(begin) / static_cast<double>(total);
  const double to = static_cast<double>(end) / static_cast<double>(total);
  for (size_t i = 0; i < kMetrics; ++i) {
    const double value = values[i];
    if (value == 0) continue;
    // Differences of one rounded-down line: what one part leaves out, the next one has.
    out.values[i] =
        is_real(i) ? value * (to - from) : std::floor(value * to) - std::floor(value * from);
  }
  return out;
}

std::string encode_point(const MetricPoint& point) {
  std::string out;
  for (size_t i = 0; i < kMetrics; ++i) {
    const double value = point.values[i];
    if (is_real(i) ? value == 0 : whole(value) == 0) continue;
    out.push_back(static_cast<char>(i));
    if (is_real(i)) {
      append_real(out, value);
    } else {
      append_varint(out, whole(value));
    }
  }
  return out;
}

Result<MetricPoint> decode_point(std::string_view bytes) {
  MetricPoint point;
  Cursor in(bytes);
  while (!in.at_end()) {
    const size_t metric = in.byte();
    if (metric >= kMetrics) return damaged();
    point.values[metric] = is_real(metric) ? in.real() : static_cast<double>(in.varint());
  }
  if (!in.ok()) return damaged();
  return point;
}

// A column: its number, then for each slot its value, where 0 is followed by how many zeros stand
// here. Of reals 1 is followed by the value.
std::string encode_points(std::span<const MetricPoint> points) {
  std::string out;
  for (size_t metric = 0; metric < kMetrics; ++metric) {
    const auto is_zero = [&](size_t slot) {
      const double value = points[slot].values[metric];
      return is_real(metric) ? value == 0 : whole(value) == 0;
    };
    size_t slot = 0;
    while (slot < points.size() && is_zero(slot)) ++slot;
    if (slot == points.size()) continue;
    out.push_back(static_cast<char>(metric));
    for (slot = 0; slot < points.size();) {
      size_t zeros = 0;
      while (slot + zeros < points.size() && is_zero(slot + zeros)) ++zeros;
      if (zeros > 0) {
        append_varint(out, 0);
        append_varint(out, zeros);
        slot += zeros;
        continue;
      }
      const double value = points[slot++].values[metric];
      if (is_real(metric)) {
        append_varint(out, 1);
        append_real(out, value);
      } else {
        append_varint(out, whole(value));
      }
    }
  }
  return out;
}

Result<void> visit_points(std::string_view bytes, size_t slots,
                          const std::function<void(size_t, Metric, double)>& visit) {
  Cursor in(bytes);
  while (!in.at_end()) {
    const size_t metric = in.byte();
    if (metric >= kMetrics) return damaged();
    for (size_t slot = 0; slot < slots;) {
      const uint64_t token = in.varint();
      if (!in.ok()) return damaged();
      if (token == 0) {
        const uint64_t zeros = in.varint();
        if (!in.ok() || zeros == 0 || zeros > slots - slot) return damaged();
        slot += zeros;
        continue;
      }
      const double value = is_real(metric) ? in.real() : static_cast<double>(token);
      if (!in.ok()) return damaged();
      visit(slot++, static_cast<Metric>(metric), value);
    }
  }
  if (!in.ok()) return damaged();
  return {};
}

}  // namespace slipway::store
