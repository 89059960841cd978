// What the history of metrics costs control: folding the reports of a gateway about many busy
// deployments, packing, memory, disk, and the time of questions. Prints JSON rows.
//
//   metrics_bench_history FOLDER DEPLOYMENTS HOURS PERIOD_SECONDS
//
// Time is made up: HOURS of reports every PERIOD_SECONDS, as fast as they can be added.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "control/metric_series.h"
#include "control/traffic_points.h"
#include "store/metrics_history.h"

namespace slipway {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kBegin = 1'795'000'000'000 / 86'400'000 * 86'400'000;

double ms_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

double rss_mib(const char* field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::atof(line.c_str() + line.find(':') + 1) / 1024;
  }
  return 0;
}

std::string name_of(int number) { return fmt::format("deployment-{:04}", number); }

// Some dozen requests a second each, a bit of everything, never twice the same.
snapshot::TrafficReport report_of(int deployments, uint64_t sequence, int64_t period_ms) {
  snapshot::TrafficReport report{.gateway = "gw",
                                 .run = "bench",
                                 .sequence = sequence,
                                 .period = std::chrono::milliseconds(period_ms),
                                 .covered = std::chrono::milliseconds(period_ms)};
  uint64_t seed = sequence * 2'654'435'761U;
  const auto next = [&](uint64_t below) {
    seed = seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    return (seed >> 33) % below;
  };
  for (int i = 0; i < deployments; ++i) {
    snapshot::CodeTraffic good{.service = snapshot::TrafficService::kPredictions, .code = 200};
    for (size_t bucket = 2; bucket < 9; ++bucket) good.durations.at(bucket) = next(60);
    snapshot::CodeTraffic bad{.service = snapshot::TrafficService::kPredictions, .code = 500};
    bad.durations[3] = next(3);
    report.deployments.push_back(
        {name_of(i), static_cast<int64_t>(next(4)), next(100'000), next(100'000), {good, bad}});
    report.models.push_back({name_of(i),
                             fmt::format("registry.local/team/model-{}:3", i),
                             next(3),
                             static_cast<double>(next(3)) / 2,
                             0,
                             {good, bad}});
    report.clients.push_back({name_of(i), "bot", next(50), 0});
  }
  return report;
}

store::Contribution samples_of(int deployments, int64_t end_ms) {
  store::Contribution out{end_ms - 10'000, end_ms, {}};
  out.rows.push_back({{"", store::SeriesKind::kSampler, ""}, {}});
  out.rows.back().point[store::Metric::kCoveredMs] = 10'000;
  for (int i = 0; i < deployments; ++i) {
    store::MetricRow row{{name_of(i), store::SeriesKind::kReplica, name_of(i) + "-r1-0"}, {}};
    row.point[store::Metric::kSampledMs] = 10'000;
    row.point[store::Metric::kCpuMicros] = static_cast<double>(2'000'000 + end_ms % 7'919 * i);
    row.point[store::Metric::kMemoryByteMs] =
        1e9 * 10'000 + static_cast<double>(end_ms % 4'099) * i;
    out.rows.push_back(std::move(row));
  }
  return out;
}

int64_t disk_bytes(const std::filesystem::path& folder) {
  int64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    bytes += static_cast<int64_t>(entry.file_size());
  }
  return bytes;
}

void fail_if(const Result<void>& outcome) {
  if (outcome) return;
  std::fprintf(stderr, "%s\n", outcome.error().message.c_str());
  std::exit(1);
}

double median(std::vector<double>& values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

// One deployment, all series, until now.
double question_ms(store::MetricsHistory& history, int64_t now, int64_t length_ms) {
  std::vector<double> times;
  for (int i = 0; i < 21; ++i) {
    const auto begin = Clock::now();
    control::MetricsQuestion question;
    question.to_ms = now;
    question.from_ms = now - length_ms;
    const auto range = control::choose_range(question, now);
    if (!range) std::exit(1);
    control::SeriesMaker maker(question, *range);
    const auto feed = [&](const store::SeriesName& name,
                          std::span<const store::MetricPoint> points) { maker.feed(name, points); };
    fail_if(history.read(std::vector<std::string>{""}, control::SeriesMaker::coverage_kinds(),
                         *range, feed));
    fail_if(history.read(std::vector<std::string>{name_of(i)}, maker.kinds(), *range, feed));
    if (maker.make().empty()) std::exit(1);
    times.push_back(ms_since(begin));
  }
  return median(times);
}

// The last hour of each one, as a list of deployments shows it.
double glance_ms(store::MetricsHistory& history, int64_t now, int deployments) {
  const auto begin = Clock::now();
  control::MetricsQuestion question;
  question.to_ms = now;
  question.from_ms = now - 3'600'000;
  question.step_ms = 300'000;
  question.names = {"qps", "latency_p95"};
  const auto range = control::choose_range(question, now);
  if (!range) std::exit(1);
  for (int i = 0; i < deployments; ++i) {
    control::SeriesMaker maker(question, *range);
    fail_if(history.read(
        std::vector<std::string>{name_of(i)},
        std::vector<store::SeriesKind>{store::SeriesKind::kDeployment}, *range,
        [&](const store::SeriesName& name, std::span<const store::MetricPoint> points) {
          maker.feed(name, points);
        }));
    if (maker.make().size() != 2) std::exit(1);
  }
  return ms_since(begin);
}

void run(const std::filesystem::path& folder, int deployments, int64_t hours, int64_t period_ms) {
  const double before = rss_mib("VmRSS");
  store::MetricsHistory history(folder / "metrics.db", {});
  std::vector<double> folds;
  std::vector<double> packs;
  int64_t now = kBegin;
  int64_t packed = now;
  uint64_t sequence = 0;
  for (; now < kBegin + hours * 3'600'000;) {
    now += period_ms;
    auto begin = Clock::now();
    {
      const snapshot::TrafficReport report = report_of(deployments, ++sequence, period_ms);
      begin = Clock::now();
      fail_if(history.add(store::report_marks::Report{report.gateway, report.run, report.sequence},
                          control::contributions_of(report, now, {})));
    }
    folds.push_back(ms_since(begin));
    if (now % 10'000 < period_ms) fail_if(history.add(std::nullopt, samples_of(deployments, now)));
    if (now - packed < 600'000) continue;
    packed = now;
    begin = Clock::now();
    fail_if(history.pack(now));
    packs.push_back(ms_since(begin));
  }
  const double added = rss_mib("VmHWM") - before;
  const double glance = glance_ms(history, now, deployments);
  const double day = question_ms(history, now, 86'400'000);
  const double month = question_ms(history, now, 30 * int64_t{86'400'000});
  const auto bytes = static_cast<double>(disk_bytes(folder));
  const std::string about = fmt::format("{} busy deployments, {} h", deployments, hours);
  std::string out = "[";
  const auto row = [&](const char* what, double value, const char* unit, const char* limit) {
    out += fmt::format(
        "{}{{\"case\": \"{}: {}\", \"subject\": \"slipway\", \"value\": {:.2f}, "
        "\"unit\": \"{}\", \"limit\": \"{}\"}}",
        out.size() > 1 ? ",\n" : "", about, what, value, unit, limit);
  };
  row("memory added to control, peak", added, "MiB", "<= 64");
  row("adding a report, median", median(folds), "ms", "");
  row("adding a report, longest", *std::max_element(folds.begin(), folds.end()), "ms", "");
  row("packing 10 min, median", median(packs), "ms", "");
  row("on disk, a deployment", bytes / deployments / 1024, "KiB", "");
  row("the last hour of all at a glance", glance, "ms", "");
  row("24 h of one deployment, all series", day, "ms", "< 50");
  row("30 days of one deployment, all series", month, "ms", "< 50");
  std::puts((out + "]").c_str());
}

}  // namespace
}  // namespace slipway

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: metrics_bench_history FOLDER DEPLOYMENTS HOURS PERIOD_SECONDS\n");
    return 2;
  }
  slipway::run(argv[1], std::atoi(argv[2]), std::atoll(argv[3]), std::atoll(argv[4]) * 1'000);
  return 0;
}
