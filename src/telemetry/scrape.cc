#include "telemetry/scrape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

namespace slipway::telemetry {
namespace {

constexpr double to_seconds(uint64_t microseconds) {
  return static_cast<double>(microseconds) / 1e6;
}

// The text format escapes these, and quotes in labels.
void append_escaped(std::string& out, std::string_view text, bool in_label) {
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || (c == '"' && in_label)) out += '\\';
    out += c;
  }
}

void append_value(std::string& out, double value) {
  if (std::isfinite(value)) {
    fmt::format_to(std::back_inserter(out), "{}", value);
  } else {
    out += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  }
}

// a="1",b="2"
std::string written(Labels labels) {
  std::string out;
  for (const auto& [name, value] : labels) {
    if (!out.empty()) out += ',';
    out.append(name).append("=\"");
    append_escaped(out, value, true);
    out += '"';
  }
  return out;
}

// The bounds of buckets as they stand in `le`.
const std::vector<std::string>& bounds() {
  static const std::vector<std::string> texts = [] {
    std::vector<std::string> out;
    for (const uint64_t bound : kDurationBounds) out.push_back(fmt::to_string(to_seconds(bound)));
    out.emplace_back("+Inf");
    return out;
  }();
  return texts;
}

}  // namespace

struct Scrape::Families {
  struct Family {
    std::string name;
    std::string text;

    // Up to the value.
    void begin(std::string_view suffix, const std::string& labels) {
      text.append(name).append(suffix);
      if (!labels.empty()) text.append("{").append(labels).append("}");
      text += ' ';
    }
  };
  std::vector<Family> all;

  // A page has some dozens of families: a linear search is fine.
  Family& family(std::string_view name, std::string_view help, std::string_view type) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Family& f) { return f.name == name; });
    if (found != all.end()) return *found;
    Family& fresh = all.emplace_back(Family{std::string(name), fmt::format("# HELP {} ", name)});
    append_escaped(fresh.text, help, false);
    fmt::format_to(std::back_inserter(fresh.text), "\n# TYPE {} {}\n", name, type);
    return fresh;
  }

  void add(Family& family, Labels labels, double value) {
    family.begin("", written(labels));
    append_value(family.text, value);
    family.text += '\n';
  }
};

Scrape::Scrape() : families_(std::make_unique<Families>()) {}
Scrape::~Scrape() = default;

void Scrape::counter(std::string_view name, std::string_view help, Labels labels, uint64_t value) {
  sum(name, help, labels, static_cast<double>(value));
}

void Scrape::sum(std::string_view name, std::string_view help, Labels labels, double value) {
  families_->add(families_->family(name, help, "counter"), labels, value);
}

void Scrape::gauge(std::string_view name, std::string_view help, Labels labels, double value) {
  families_->add(families_->family(name, help, "gauge"), labels, value);
}

void Scrape::histogram(std::string_view name, std::string_view help, Labels labels,
                       const HistogramTotals& totals) {
  Families::Family& family = families_->family(name, help, "histogram");
  const std::string all = written(labels);
  std::string& out = family.text;
  uint64_t cumulative = 0;
  for (size_t i = 0; i < totals.buckets.size(); ++i) {
    cumulative += totals.buckets[i];
    out.append(name).append("_bucket{").append(all);
    if (!all.empty()) out += ',';
    out.append("le=\"").append(bounds()[i]).append("\"} ");
    const fmt::format_int count(cumulative);
    out.append(count.data(), count.size());
    out += '\n';
  }
  family.begin("_sum", all);
  append_value(out, to_seconds(totals.sum_microseconds));
  out += '\n';
  family.begin("_count", all);
  out += fmt::format_int(cumulative).str();
  out += '\n';
}

std::string Scrape::text() && {
  std::string out;
  size_t size = 0;
  for (const Families::Family& family : families_->all) size += family.text.size();
  out.reserve(size);
  for (const Families::Family& family : families_->all) out += family.text;
  return out;
}

std::string scrape(std::span<const MetricSource* const> sources) {
  Scrape scrape;
  for (const MetricSource* source : sources) source->collect(scrape);
  return std::move(scrape).text();
}

}  // namespace slipway::telemetry
