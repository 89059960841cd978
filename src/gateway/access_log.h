#pragma once
// Writes a line for each request to an endpoint: workers leave records in their rings, a thread of
// its own makes lines of them and appends these to a file. Nothing on the request path waits for
// it: what finds no room in a ring, or no disk, is dropped and counted.
//
// Made by the Gateway before its workers and destroyed after them; what is in the rings then is
// written first.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/access_file.h"
#include "gateway/access_ring.h"
#include "telemetry/counter.h"
#include "telemetry/scrape.h"

namespace slipway::gateway {

class AccessLog final : public telemetry::MetricSource {
 public:
  // `clock` gives the times of the lines and must tell both its times alike (os/system_clock.h).
  AccessLog(AccessFile file, unsigned workers, const Clock& clock, const Logger& log);
  ~AccessLog() override;
  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  // To be used by that worker's thread.
  AccessRing& ring(unsigned worker) { return *rings_[worker]; }

  // Any thread.
  void collect(telemetry::Scrape& scrape) const override;

 private:
  void run();
  bool is_late() const;
  void write();  // what the rings hold now
  void flush();

  AccessFile file_;
  const Clock& clock_;
  Logger log_;
  std::condition_variable wake_;
  std::vector<std::unique_ptr<AccessRing>> rings_;
  telemetry::Counter written_;  // lines
  telemetry::Counter unwritten_;
  std::string lines_;
  uint64_t in_lines_ = 0;
  bool failing_ = false;
  std::mutex mutex_;
  bool ending_ = false;  // under mutex_
  std::thread thread_;
};

}  // namespace slipway::gateway
