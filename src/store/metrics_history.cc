#include "store/metrics_history.h"

#include <fmt/format.h>

#include <utility>

#include "store/change_feed.h"
#include "store/database.h"
#include "store/metrics_rings.h"
#include "store/metrics_schema.h"
#include "store/owner_lock.h"
#include "store/readers.h"
#include "store/writer.h"

namespace slipway::store {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kBusyTimeout{5'000};
constexpr size_t kReaders = 2;
// Of one job of packing; so many come in a block of ten minutes from a dozen gateways.
constexpr int kMostReports = 2'000;
// A file that breaks again and again is not the file's fault.
constexpr int kMostSetAside = 3;

bool is_broken(const Error& error) {
  // kConflict: of a newer Slipway.
  return error.code == ErrorCode::kInternal || error.code == ErrorCode::kConflict;
}

}  // namespace

struct MetricsHistory::Parts {
  Parts(OwnerLock owner, std::unique_ptr<Database> database, const fs::path& path,
        const Options& options)
      : lock(std::move(owner)),
        readers(path, kReaders, kBusyTimeout),
        writer(std::move(database), feed, options.checkpoint_bytes) {}

  // In this order: the writer ends first, and the lock goes last.
  OwnerLock lock;
  ChangeFeed feed;
  Readers readers;
  Writer writer;
};

MetricsHistory::MetricsHistory(fs::path path, Options options)
    : path_(std::move(path)), options_(std::move(options)) {
  set_up();
}

MetricsHistory::~MetricsHistory() = default;

std::string MetricsHistory::problem() const {
  const std::lock_guard lock(problem_mutex_);
  return problem_;
}

void MetricsHistory::report(const std::string& problem) {
  {
    const std::lock_guard lock(problem_mutex_);
    if (problem_ == problem) return;
    problem_ = problem;
  }
  if (options_.on_problem) options_.on_problem(problem);
}

Result<std::unique_ptr<MetricsHistory::Parts>> MetricsHistory::open() const {
  auto owner = OwnerLock::acquire(path_);
  // Not the file's fault: nothing is set aside.
  if (!owner) return fail(ErrorCode::kUnavailable, owner.error().message);
  TRY_ASSIGN(std::unique_ptr<Database> database,
             Database::open(path_, Database::Mode::kReadWrite, kBusyTimeout));
  TRY(check_owner(*database, kMetricsApplicationId));
  TRY(database->use_write_ahead_log());
  TRY(migrate(*database, metrics_migrations(), kMetricsApplicationId));
  if (options_.max_bytes > 0) {
    TRY_ASSIGN(const int64_t page_size, database->integer("PRAGMA page_size"));
    TRY(database->execute(fmt::format("PRAGMA max_page_count={}", options_.max_bytes / page_size)));
  }
  return std::make_unique<Parts>(std::move(*owner), std::move(database), path_, options_);
}

void MetricsHistory::set_up() {
  ++generation_;
  opened_at_ = std::chrono::steady_clock::now();
  auto opened = open();
  if (!opened && is_broken(opened.error())) return set_aside(opened.error());
  if (!opened) {
    return report(
        fmt::format("there is no history of metrics for now: {}", opened.error().message));
  }
  parts_ = std::move(*opened);
}

void MetricsHistory::set_up_again() {
  {
    const std::shared_lock lock(mutex_);
    if (parts_ != nullptr || set_aside_ > kMostSetAside) return;
  }
  const std::unique_lock lock(mutex_);
  if (parts_ != nullptr || std::chrono::steady_clock::now() < opened_at_ + options_.open_again) {
    return;
  }
  set_up();
  if (parts_ != nullptr) report("");
}

void MetricsHistory::set_aside(const Error& error) {
  // Closed before anything takes its name: SQLite removes its log by name.
  parts_.reset();
  if (++set_aside_ > kMostSetAside) {
    return report(fmt::format("there is no history of metrics until control starts again: {}",
                              error.message));
  }
  const auto time = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const std::string to = fmt::format("{}.broken-{}-{}", path_.string(), time.count(), set_aside_);
  for (const char* ending : {"", "-wal", "-shm"}) {
    std::error_code problem;
    fs::rename(path_.string() + ending, to + ending, problem);
    if (problem && std::string_view(ending).empty()) {
      return report(fmt::format("there is no history of metrics: {}, and {} cannot be renamed: {}",
                                error.message, path_.string(), problem.message()));
    }
  }
  report(fmt::format("the history of metrics began anew: {} was set aside as {} ({})",
                     path_.filename().string(), fs::path(to).filename().string(), error.message));
  set_up();
}

Result<bool> MetricsHistory::with_file(const std::function<Result<void>(Parts&)>& use) {
  set_up_again();
  uint64_t used = 0;
  Result<void> outcome;
  {
    const std::shared_lock lock(mutex_);
    if (parts_ == nullptr) return false;
    used = generation_;
    outcome = use(*parts_);
  }
  if (outcome) return true;
  if (outcome.error().code != ErrorCode::kInternal) return Failure(outcome.error());
  const std::unique_lock lock(mutex_);
  // Others may have met the same damage.
  if (generation_ == used) set_aside(outcome.error());
  return fail(ErrorCode::kUnavailable, outcome.error().message);
}

Result<void> MetricsHistory::when_there(const std::function<Result<void>(Parts&)>& use) {
  const Result<bool> used = with_file(use);
  if (!used) return Failure(used.error());
  return {};
}

Result<void> MetricsHistory::add(const std::optional<report_marks::Report>& report,
                                 std::span<const Contribution> contributions) {
  const Result<bool> kept = with_file([&](Parts& parts) {
    return parts.writer.submit([&](WriteTransaction& tx) -> Result<void> {
      if (report) {
        TRY_ASSIGN(const bool fresh, report_marks::advance(tx, *report));
        if (!fresh) return {};
      }
      for (const Contribution& contribution : contributions) {
        TRY(metrics_rings::add(tx, contribution));
      }
      return {};
    });
  });
  if (!kept) return Failure(kept.error());
  if (*kept || set_aside_ > kMostSetAside) return {};
  return fail(ErrorCode::kUnavailable, problem());
}

Result<void> MetricsHistory::read(std::span<const std::string> deployments,
                                  std::span<const SeriesKind> kinds, const MetricRange& range,
                                  const Sink& sink) {
  return when_there([&](Parts& parts) -> Result<void> {
    Result<void> outcome;
    TRY(parts.readers.run([&](ReadTransaction& tx) {
      outcome = metrics_rings::read(tx, deployments, kinds, range, sink);
    }));
    return outcome;
  });
}

Result<void> MetricsHistory::pack(int64_t now_ms) {
  return when_there([&](Parts& parts) -> Result<void> {
    while (true) {
      Result<metrics_rings::PackJob> job;
      TRY(parts.readers.run(
          [&](ReadTransaction& tx) { job = metrics_rings::begin_pack(tx, now_ms, kMostReports); }));
      TRY(job);
      if (job->done()) break;
      while (!job->done()) {
        // The job moves on only with its commit: a failure leaves the rest for the next time.
        metrics_rings::PackJob next = *job;
        TRY(parts.writer.submit(
            [&](WriteTransaction& tx) { return metrics_rings::go_on(tx, next); }));
        job = std::move(next);
      }
    }
    for (const auto ring : {metrics_rings::Ring::kFine, metrics_rings::Ring::kCoarse}) {
      for (bool more = true; more;) {
        TRY(parts.writer.submit([&](WriteTransaction& tx) -> Result<void> {
          TRY_ASSIGN(more, metrics_rings::evict_one(tx, ring, now_ms));
          return {};
        }));
      }
    }
    return {};
  });
}

}  // namespace slipway::store
