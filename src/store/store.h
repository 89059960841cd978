#pragma once
// Everything that must survive a kill -9: one SQLite file (WAL, synchronous=FULL), one writer
// thread, a few readers. Made once by main, used by control and identity; any thread.
//
//   auto row = store.read([&](ReadTransaction& tx) { return deployments::find(tx, id); });
//   auto done = store.write([&](WriteTransaction& tx) -> Result<void> { ... });
//
// A closure returns a Result; an error rolls back what it wrote and nobody else's work. write()
// returns a success only when it is durable. Closures are short: no network, no waiting, no call of
// read() or write() inside. The store never resets or repairs a damaged file: it refuses it.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "store/change_feed.h"
#include "store/transaction.h"

namespace slipway::store {

struct StoreOptions {
  int readers = 4;                                      // connections kept open; more on demand
  std::chrono::milliseconds busy_timeout{5'000};        // for locks of other programs on the file
  int64_t checkpoint_bytes = int64_t{8} * 1024 * 1024;  // of WAL, then it is folded in
  int64_t max_bytes = 0;                                // of the database file; 0: no limit of ours
};

class Store {
 public:
  // Opens or makes (mode 0600) the file and brings it to the newest schema. Errors:
  // kConflict        another process has it open, or it is of a newer Slipway
  // kUnavailable     disk full, no permission, locked by another program
  // kInternal        damaged or no Slipway database: the message says what to do
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& path,
                                             const StoreOptions& options = {});
  // Waits for the writes that were handed over, and folds the WAL in.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  template <typename Fn>
  auto read(Fn&& fn) -> std::invoke_result_t<Fn, ReadTransaction&> {
    std::optional<std::invoke_result_t<Fn, ReadTransaction&>> answer;
    const Result<void> done = run_read([&](ReadTransaction& tx) { answer.emplace(fn(tx)); });
    if (!done) return fail(done.error());
    return std::move(*answer);
  }

  // The closure runs on the writer thread, once; the caller waits for it.
  template <typename Fn>
  auto write(Fn&& fn) -> std::invoke_result_t<Fn, WriteTransaction&> {
    std::optional<std::invoke_result_t<Fn, WriteTransaction&>> answer;
    const Result<void> done = run_write([&](WriteTransaction& tx) -> Result<void> {
      answer.emplace(fn(tx));
      if (!*answer) return fail(answer->error());
      return {};
    });
    if (!done) return fail(done.error());
    return std::move(*answer);
  }

  ChangeFeed& change_feed();

  // Can it write now? One empty durable transaction; for /readyz.
  Result<void> check();

 private:
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);
  Result<void> run_read(const std::function<void(ReadTransaction&)>& body);
  Result<void> run_write(const std::function<Result<void>(WriteTransaction&)>& body);

  std::unique_ptr<Parts> parts_;
};

}  // namespace slipway::store
