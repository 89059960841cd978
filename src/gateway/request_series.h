#pragma once
// Durations of requests by what was asked and how it ended, one histogram for each pair that
// occurs: what Seldon's executor calls service and code (seldon.md §4.1). Pairs are not known in
// advance, and the request path may not allocate: a new pair takes one of the worker's spare
// series, which are made again between requests.
//
// Written by one worker's thread; for_each() by any thread at any time, without a lock. take_new()
// and all_taken() are for whoever reports to control, one at a time (worker_metrics.h).

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "telemetry/counter.h"
#include "telemetry/histogram.h"

namespace slipway::gateway {

// kPredictions: also every POST to a path of the image's own. kOther: whatever else it is asked
// there, a page or a list of models.
enum class Service : uint8_t { kPredictions, kFeedback, kStatus, kMetadata, kOther };
constexpr std::string_view to_string(Service service) {
  switch (service) {
    case Service::kPredictions:
      return "predictions";
    case Service::kFeedback:
      return "feedback";
    case Service::kStatus:
      return "status";
    case Service::kMetadata:
      return "metadata";
    case Service::kOther:
      return "other";
  }
  return "";
}

// The client went away before its answer was whole; no replica ever said this. nginx's number.
inline constexpr int kClientClosedRequest = 499;

struct RequestSeries {
  RequestSeries() = default;
  RequestSeries(Service series_service, uint16_t series_code)
      : service(series_service), code(series_code) {}

  Service service = Service::kPredictions;
  uint16_t code = 0;  // of HTTP
  telemetry::Histogram seconds;
  mutable telemetry::HistogramTotals taken = {};  // by take_new()
  std::unique_ptr<RequestSeries> next;            // written before the series is linked in
};

// The worker's supply. Worker's thread, but for uncounted().
class SpareSeries {
 public:
  SpareSeries() { refill(); }

  // Null when there is none left: what then cannot be counted is, here.
  std::unique_ptr<RequestSeries> take();
  // Not from inside a request.
  void refill();
  // Requests that no series was left for.
  uint64_t uncounted() const { return uncounted_.value(); }

 private:
  // New pairs between two refills, some 200 ms: far more than models bring forth.
  static constexpr size_t kMost = 1024;

  std::unique_ptr<RequestSeries> chain_;
  size_t left_ = 0;
  telemetry::Counter uncounted_;
};

class SeriesList {
 public:
  SeriesList() = default;
  ~SeriesList();
  SeriesList(const SeriesList&) = delete;
  SeriesList& operator=(const SeriesList&) = delete;

  void observe(Service service, int code, std::chrono::microseconds duration, SpareSeries& spares);

  // The usual series is there from the start, so that its first request is seen as an increase.
  template <typename Visit>
  void for_each(Visit visit) const {
    visit(usual_);
    for (const RequestSeries* at = others_.load(std::memory_order_acquire); at != nullptr;
         at = at->next.get()) {
      visit(*at);
    }
  }

  // What came since the last call: visit(series, totals) for each series with anything.
  template <typename Visit>
  void take_new(Visit visit) const {
    for_each([&](const RequestSeries& series) {
      telemetry::HistogramTotals now;
      series.seconds.add_to(now);
      const telemetry::HistogramTotals fresh = now.since(series.taken);
      if (fresh.count() == 0) return;
      series.taken = now;
      visit(series, fresh);
    });
  }
  bool all_taken() const;

 private:
  // A model may answer with any number: from here on, by its hundred only.
  static constexpr size_t kMostCodes = 32;

  RequestSeries* find(Service service, int code);

  RequestSeries usual_{Service::kPredictions, 200};
  std::atomic<RequestSeries*> others_{nullptr};  // owned; the newest first
  size_t size_ = 1;
};

}  // namespace slipway::gateway
