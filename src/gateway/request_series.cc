#include "gateway/request_series.h"

#include <utility>

namespace slipway::gateway {

std::unique_ptr<RequestSeries> SpareSeries::take() {
  if (chain_ == nullptr) {
    uncounted_.add();
    return nullptr;
  }
  std::unique_ptr<RequestSeries> taken = std::move(chain_);
  chain_ = std::move(taken->next);
  --left_;
  return taken;
}

void SpareSeries::refill() {
  for (; left_ < kMost; ++left_) {
    auto fresh = std::make_unique<RequestSeries>();
    fresh->next = std::move(chain_);
    chain_ = std::move(fresh);
  }
}

SeriesList::~SeriesList() {
  // One by one: a chain that ends itself would recurse.
  std::unique_ptr<RequestSeries> rest(others_.load(std::memory_order_relaxed));
  while (rest != nullptr) rest = std::move(rest->next);
}

bool SeriesList::all_taken() const {
  bool all = true;
  for_each([&](const RequestSeries& series) {
    telemetry::HistogramTotals now;
    series.seconds.add_to(now);
    all = all && now.since(series.taken).count() == 0;
  });
  return all;
}

RequestSeries* SeriesList::find(Service service, int code) {
  if (usual_.service == service && usual_.code == code) return &usual_;
  for (RequestSeries* at = others_.load(std::memory_order_relaxed); at != nullptr;
       at = at->next.get()) {
    if (at->service == service && at->code == code) return at;
  }
  return nullptr;
}

void SeriesList::observe(Service service, int code, std::chrono::microseconds duration,
                         SpareSeries& spares) {
  RequestSeries* series = find(service, code);
  if (series == nullptr && size_ >= kMostCodes) {
    code = code / 100 * 100;
    series = find(service, code);
  }
  if (series == nullptr) {
    std::unique_ptr<RequestSeries> fresh = spares.take();
    if (fresh == nullptr) return;
    fresh->service = service;
    fresh->code = static_cast<uint16_t>(code);
    fresh->next.reset(others_.load(std::memory_order_relaxed));
    series = fresh.release();
    // A reader that sees the pointer sees all of the series.
    others_.store(series, std::memory_order_release);
    ++size_;
  }
  series->seconds.observe(duration);
}

}  // namespace slipway::gateway
