#pragma once
// What the workers and the book of clients counted since the last time somebody asked, summed over
// workers, as rows of reports to control. Only what changed has a row. Whatever is taken is the
// caller's to deliver: it is not given out again.
//
// One thread; the workers' counters go on meanwhile, without noticing.

#include <span>
#include <vector>

#include "gateway/client_book.h"
#include "gateway/worker_metrics.h"
#include "snapshot/traffic.h"

namespace slipway::gateway {

struct TrafficRows {
  std::vector<snapshot::DeploymentTraffic> deployments = {};  // by id
  std::vector<snapshot::ModelTraffic> models = {};            // by id and image
  std::vector<snapshot::ClientTraffic> clients = {};          // by id and name
};

class TrafficTally {
 public:
  // All outlive it.
  TrafficTally(std::span<const WorkerMetrics* const> workers, ClientBook& book)
      : workers_(workers), book_(book) {}

  TrafficRows take();

 private:
  void take_deployments(TrafficRows& rows) const;
  void take_models(TrafficRows& rows) const;

  std::span<const WorkerMetrics* const> workers_;
  ClientBook& book_;
};

// Splits rows into reports of about kRoomyTrafficBytes, each without names and numbers of its own.
// At least one, the first with all of the covered time.
std::vector<snapshot::TrafficReport> split_rows(TrafficRows rows, std::chrono::milliseconds period);

}  // namespace slipway::gateway
