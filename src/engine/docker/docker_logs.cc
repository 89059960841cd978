#include "engine/docker/docker_logs.h"

#include <fmt/format.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "engine/docker/log_frames.h"

namespace slipway::engine {
namespace {

constexpr size_t kMaxQueued = 1024;
constexpr std::chrono::milliseconds kIdle{500};

int64_t seconds_of(FineTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

// Lines on their way from the thread that reads to the one that asked; bounded.
struct Handover {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<LogLine> lines;
  bool ended = false;  // the reader is done
  bool unwanted = false;
  Result<void> outcome;

  bool put(const LogLine& line) {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return unwanted || lines.size() < kMaxQueued; });
    if (unwanted) return false;
    lines.push_back(line);
    changed.notify_all();
    return true;
  }
};

Result<void> follow(DockerApi& api, const std::string& path, FineTime since, const LogSink& sink) {
  Handover handover;
  call::Cancellation cancel;
  std::thread reader([&] {
    LogFrames frames([&](const LogLine& line) { return line.time < since || handover.put(line); });
    bool opened = false;
    auto outcome = api.stream(
        "GET", path, std::chrono::milliseconds(0), &cancel, [&] { opened = true; },
        [&](std::string_view bytes) { return frames.feed(bytes); });
    frames.finish();
    std::lock_guard lock(handover.mutex);
    // Once the log has come, its breaking off is its end: the replica or the engine went away.
    if (!opened) handover.outcome = std::move(outcome);
    handover.ended = true;
    handover.changed.notify_all();
  });

  std::unique_lock lock(handover.mutex);
  while (!handover.unwanted) {
    handover.changed.wait_for(lock, kIdle,
                              [&] { return handover.ended || !handover.lines.empty(); });
    if (handover.lines.empty()) {
      if (handover.ended) break;
      lock.unlock();
      const bool more = sink(nullptr);
      lock.lock();
      handover.unwanted = !more;
      continue;
    }
    std::deque<LogLine> lines;
    lines.swap(handover.lines);
    handover.changed.notify_all();
    lock.unlock();
    bool more = true;
    for (const LogLine& line : lines) {
      more = sink(&line);
      if (!more) break;
    }
    more = more && sink(nullptr);
    lock.lock();
    handover.unwanted = !more;
  }
  handover.changed.notify_all();
  lock.unlock();
  cancel.cancel();
  reader.join();
  return handover.outcome;
}

}  // namespace

Result<void> read_docker_logs(DockerApi& api, const std::string& container, const LogQuery& query,
                              const LogSink& sink) {
  std::string path =
      fmt::format("/containers/{}/logs?stdout=1&stderr=1&timestamps=1&tail={}{}", container,
                  query.tail < 0 ? std::string("all") : std::to_string(query.tail),
                  query.follow ? "&follow=1" : "");
  if (const int64_t since = seconds_of(query.since); since > 0) {
    path += fmt::format("&since={}", since);
  }
  if (query.follow) return follow(api, path, query.since, sink);
  bool wanted = true;
  LogFrames frames(
      [&](const LogLine& line) { return wanted = line.time < query.since || sink(&line); });
  TRY(api.stream("GET", path, std::chrono::minutes(5), nullptr, {},
                 [&](std::string_view bytes) { return frames.feed(bytes); }));
  if (wanted) frames.finish();
  return {};
}

}  // namespace slipway::engine
