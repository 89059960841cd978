#pragma once
// Numbers that one thread writes and any thread may read: the cells of a worker's metric shard.
//
// One writer means no read-modify-write is needed: a relaxed load and a relaxed store compile to a
// plain add, and a scrape on another thread sees some recent value, never a torn one. Sums over
// workers are made at scrape time (see scrape.h). Nothing here allocates, locks or throws.

#include <atomic>
#include <cstdint>

namespace slipway::telemetry {

// Only grows.
class Counter {
 public:
  void add(uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// Goes up and down.
class Gauge {
 public:
  void set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void add(int64_t n) { set(value() + n); }
  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

// A sum of parts of a unit: rewards.
class Sum {
 public:
  void add(double amount) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

}  // namespace slipway::telemetry
