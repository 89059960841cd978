#pragma once
// What a gateway remembers about each client beside the snapshot: how fast it goes, and what it
// used since control was told last. One book a gateway; a page a client, by deployment and name, so
// that it outlives snapshots.
//
// The lock is taken when a snapshot is adopted and when a report is made, never by a request: that
// holds a pointer to its page through its route table, and counts in its own worker's cell.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/rate_limit.h"
#include "snapshot/traffic.h"
#include "telemetry/counter.h"
#include "telemetry/scrape.h"

namespace slipway::gateway {

class ClientPage {
 public:
  explicit ClientPage(unsigned workers) : cells_(workers) {}

  RateLimit rate;

  // That worker's thread.
  void count(unsigned worker, int64_t now_micros) {
    cells_[worker].requests.add();
    cells_[worker].last_used_micros.set(now_micros);
  }
  uint64_t requests() const;  // of all workers; any thread

 private:
  friend class ClientBook;
  // Of one writer each, apart from each other in the caches.
  struct alignas(64) Cell {
    telemetry::Counter requests;
    telemetry::Gauge last_used_micros;
  };
  std::vector<Cell> cells_;
  uint64_t taken_ = 0;  // by reports; under the book's lock
};

class ClientBook final : public telemetry::MetricSource {
 public:
  explicit ClientBook(unsigned workers) : workers_(workers) {}
  ClientBook(const ClientBook&) = delete;
  ClientBook& operator=(const ClientBook&) = delete;

  std::shared_ptr<ClientPage> page(std::string_view deployment, std::string_view client);

  // What was counted since the last call; forgets pages that no snapshot needs and that have
  // nothing left to tell.
  std::vector<snapshot::ClientTraffic> take_new();

  void collect(telemetry::Scrape& scrape) const override;

 private:
  const unsigned workers_;
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<ClientPage>> pages_;
};

}  // namespace slipway::gateway
