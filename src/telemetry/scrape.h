#pragma once
// Prometheus text from whoever has numbers.
//
// A MetricSource adds its samples to a Scrape when asked; scrape() asks all of them and returns the
// text format 0.0.4. Runs on the thread that serves /metrics, never on the request path; sources
// read the shards of workers with relaxed loads while these go on.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "telemetry/histogram.h"

namespace slipway::telemetry {

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Collects samples into families. Samples of one name may be added in any order and from several
// sources; name, help and type of the first one count.
class Scrape {
 public:
  Scrape();
  ~Scrape();
  Scrape(const Scrape&) = delete;
  Scrape& operator=(const Scrape&) = delete;

  void counter(std::string_view name, std::string_view help, Labels labels, uint64_t value);
  // A counter of parts of a unit (see Sum).
  void sum(std::string_view name, std::string_view help, Labels labels, double value);
  void gauge(std::string_view name, std::string_view help, Labels labels, double value);
  // In seconds, as Prometheus wants durations.
  void histogram(std::string_view name, std::string_view help, Labels labels,
                 const HistogramTotals& totals);

  // All of it; the families in the order of their first samples.
  std::string text() &&;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

class MetricSource {
 public:
  virtual ~MetricSource() = default;
  virtual void collect(Scrape& scrape) const = 0;
};

// The content type that goes with scrape()'s text.
inline constexpr std::string_view kTextContentType = "text/plain; version=0.0.4; charset=utf-8";

std::string scrape(std::span<const MetricSource* const> sources);

}  // namespace slipway::telemetry
