#include "gateway/access_log.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gateway/access_line.h"

namespace slipway::gateway {
namespace {

// Of one worker: some 70 ms of the most that one can serve, 1.5 MiB.
constexpr size_t kRingSize = 4096;
// How long a line may wait, so that one write takes many. A ring that is half full does not.
constexpr std::chrono::milliseconds kLook{50};
constexpr size_t kChunk = size_t{256} * 1024;

}  // namespace

AccessLog::AccessLog(AccessFile file, unsigned workers, const Clock& clock, const Logger& log)
    : file_(std::move(file)), clock_(clock), log_(log.named("access")) {
  for (unsigned i = 0; i < workers; ++i) {
    rings_.push_back(std::make_unique<AccessRing>(kRingSize, wake_));
  }
  lines_.reserve(kChunk + 1024);
  thread_ = std::thread([this] { run(); });
}

AccessLog::~AccessLog() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void AccessLog::run() {
  bool ending = false;
  while (!ending) {
    if (!is_late()) {
      std::unique_lock lock(mutex_);
      if (!ending_) wake_.wait_for(lock, kLook);
      ending = ending_;
    }
    // After ending_ was read: what was pushed before the end is written.
    write();
  }
}

bool AccessLog::is_late() const {
  return std::any_of(rings_.begin(), rings_.end(),
                     [](const auto& ring) { return ring->half_full(); });
}

void AccessLog::write() {
  // Records carry the steady clock's time: the path of a request asks no other.
  const Timestamp wall = clock_.now();
  const Monotonic steady = clock_.monotonic();
  for (const auto& ring : rings_) {
    ring->drain([&](const AccessRecord& record) {
      append_access_line(
          lines_, record,
          wall - std::chrono::duration_cast<std::chrono::microseconds>(steady - record.began));
      ++in_lines_;
      if (lines_.size() >= kChunk) flush();
    });
  }
  flush();
}

void AccessLog::flush() {
  if (in_lines_ == 0) return;
  const Result<void> written = file_.append(lines_);
  (written ? written_ : unwritten_).add(in_lines_);
  lines_.clear();
  in_lines_ = 0;
  if (!written && !failing_) {
    log_.error("the access log cannot be written; what was asked meanwhile is missing in it",
               {{"error", written.error().message}});
  }
  if (written && failing_) log_.info("the access log is written again");
  failing_ = !written;
}

void AccessLog::collect(telemetry::Scrape& scrape) const {
  uint64_t dropped = unwritten_.value();
  for (const auto& ring : rings_) dropped += ring->dropped();
  scrape.counter("slipway_gateway_access_log_lines_total", "Requests that the access log has.", {},
                 written_.value());
  scrape.counter("slipway_gateway_access_log_dropped_total",
                 "Requests that are missing in the access log: it was slower than they came, or "
                 "the disk was full.",
                 {}, dropped);
}

}  // namespace slipway::gateway
