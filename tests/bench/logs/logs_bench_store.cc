// Measures the log store on this machine and prints JSON rows: lines from a pipe into segments,
// the newest lines of logs of two sizes, a pattern over the larger one, and how late a follower is.
//
//   logs_bench_store FOLDER MIB
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <thread>
#include <vector>

#include "logs/arrivals.h"
#include "logs/log_writer.h"
#include "logs/merged_reader.h"

namespace {

using namespace slipway;
using namespace slipway::logs;
using Steady = std::chrono::steady_clock;

constexpr size_t kMiB = size_t{1024} * 1024;

double seconds_since(Steady::time_point begin) {
  return std::chrono::duration<double>(Steady::now() - begin).count();
}
double cpu_seconds(int who) {
  rusage usage{};
  ::getrusage(who, &usage);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}
FineTime now() { return std::chrono::system_clock::now(); }

// About what a model server says, 60 to 180 bytes a line, one in a thousand an error.
std::string make_text(size_t bytes) {
  std::string text;
  uint64_t seed = 42;
  for (uint64_t i = 0; text.size() < bytes; ++i) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    fmt::format_to(
        std::back_inserter(text),
        "INFO:     10.0.{}.{}:{} - \"POST /predict HTTP/1.1\" 200 {} {:.3f} ms request {}",
        seed >> 60, (seed >> 40) & 255, 1024 + ((seed >> 20) & 32767), seed & 65535,
        static_cast<double>(seed >> 44) / 1000.0, i);
    if (i % 1000 == 999) text += " ERROR: the tensor has the wrong shape";
    text += '\n';
  }
  return text;
}

// What reads a replica's pipe does: cut at the line ends, stamp, append.
double write_from_pipe(const std::filesystem::path& folder, size_t mib, double* cpu) {
  const std::string text = make_text(16 * kMiB);
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) std::abort();
  ::fcntl(pipe[1], F_SETPIPE_SZ, kMiB);
  std::thread speaker([&] {
    for (size_t sent = 0; sent < mib * kMiB; sent += text.size()) {
      for (size_t at = 0; at < text.size();) {
        const ssize_t n = ::write(pipe[1], text.data() + at, text.size() - at);
        if (n <= 0) std::abort();
        at += static_cast<size_t>(n);
      }
    }
    ::close(pipe[1]);
  });
  const double cpu_before = cpu_seconds(RUSAGE_THREAD);
  const auto begin = Steady::now();
  auto writer = LogWriter::open(folder, "bench");
  if (!writer) std::abort();
  std::vector<char> buffer(256 * 1024);
  std::string pending;
  for (ssize_t got = 0; (got = ::read(pipe[0], buffer.data(), buffer.size())) > 0;) {
    pending.append(buffer.data(), static_cast<size_t>(got));
    const FineTime time = now();
    size_t from = 0;
    for (size_t end = 0; (end = pending.find('\n', from)) != std::string::npos; from = end + 1) {
      if (!(*writer)->append(
              {.time = time, .text = std::string_view(pending).substr(from, end - from)})) {
        std::abort();
      }
    }
    pending.erase(0, from);
  }
  if (!(*writer)->flush()) std::abort();
  const double took = seconds_since(begin);
  *cpu = cpu_seconds(RUSAGE_THREAD) - cpu_before;
  speaker.join();
  ::close(pipe[0]);
  return took;
}

size_t read_all(const std::filesystem::path& root, const MergedQuery& query, double* took) {
  const auto begin = Steady::now();
  MergedReader reader(root, query);
  size_t bytes = 0;
  if (!reader.start() || !reader.read([&](const std::string&, const NumberedLine& line) {
        bytes += line.line.text.size() + 1;
        return true;
      })) {
    std::abort();
  }
  *took = seconds_since(begin);
  return bytes;
}

double median_tail_ms(const std::filesystem::path& root, const std::string& replica) {
  std::vector<double> times(21);
  for (double& time : times) {
    read_all(root, {.replicas = {replica}, .tail = 2000}, &time);
  }
  std::nth_element(times.begin(), times.begin() + 10, times.end());
  return times[10] * 1000;
}

// 99th percentile of the time from a line's writing to its reading.
double follow_lag_ms(const std::filesystem::path& root) {
  Arrivals arrivals;
  auto writer = LogWriter::open(root / "followed", "bench");
  if (!writer) std::abort();
  constexpr size_t kLines = 3000;
  std::vector<double> lags;
  std::atomic<bool> reading{false};
  std::thread follower([&] {
    MergedReader reader(root, {.replicas = {"followed"}});
    if (!reader.start()) std::abort();
    while (lags.size() < kLines) {
      const uint64_t seen = arrivals.count();
      reading = true;
      if (!reader.read([&](const std::string&, const NumberedLine& line) {
            lags.push_back(std::chrono::duration<double>(now() - line.line.time).count());
            return true;
          })) {
        std::abort();
      }
      arrivals.wait(seen, std::chrono::milliseconds(500));
    }
  });
  while (!reading) std::this_thread::yield();
  for (size_t i = 0; i < kLines; ++i) {
    if (!(*writer)->append({.time = now(), .text = "a line that somebody waits for"}) ||
        !(*writer)->flush()) {
      std::abort();
    }
    arrivals.announce();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  follower.join();
  std::sort(lags.begin(), lags.end());
  return lags[kLines * 99 / 100] * 1000;
}

long peak_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: logs_bench_store FOLDER MIB\n";
    return 2;
  }
  const std::filesystem::path root = argv[1];
  const auto mib = static_cast<size_t>(std::atoi(argv[2]));
  std::vector<std::string> rows;
  const auto row = [&](const std::string& name, double value, const char* unit, const char* limit) {
    rows.push_back(fmt::format(
        R"({{"case":"{}","subject":"slipway","value":{:.3f},"unit":"{}","limit":"{}"}})", name,
        value, unit, limit));
  };
  double cpu = 0;
  write_from_pipe(root / "small", 16, &cpu);
  write_from_pipe(root / "large", mib, &cpu);
  row("collect from a pipe", static_cast<double>(mib) / cpu, "MiB per CPU second", ">= 80");
  uint64_t stored = 0;
  for (const SegmentFile& file : list_segments(root / "large")) {
    stored += std::filesystem::file_size(file.path);
  }
  row("stored size", 100.0 * static_cast<double>(stored) / static_cast<double>(mib * kMiB), "%",
      "");
  row("tail of 2000 from 16 MiB", median_tail_ms(root, "small"), "ms", "");
  row(fmt::format("tail of 2000 from {} MiB", mib), median_tail_ms(root, "large"), "ms", "< 20");
  double took = 0;
  for (const std::string pattern : {"wrong shape", "req[a-z]+ \\d*999 ERROR", "ERROR.*shape$"}) {
    MergedQuery query{.replicas = {"large"}};
    query.filter.grep = *Pattern::compile(pattern);
    read_all(root, query, &took);
    row(fmt::format("grep {} over {} MiB",
                    pattern == "wrong shape" ? "a word"
                    : pattern[0] == 'r'      ? "a class"
                                             : "an end",
                    mib),
        took, "s", "< 2");
  }
  const long before = peak_kib();
  read_all(root, {.replicas = {"large"}}, &took);
  row(fmt::format("read {} MiB", mib), static_cast<double>(mib) / took, "MiB/s", "");
  row("memory that reading adds", static_cast<double>(peak_kib() - before) / 1024.0, "MiB", "");
  row("follow lag p99", follow_lag_ms(root), "ms", "< 100");
  std::cout << "[" << fmt::format("{}", fmt::join(rows, ",\n ")) << "]\n";
  return 0;
}
