#include "engine/docker/docker_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "engine/docker/container_spec.h"

namespace slipway::engine {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{100};
constexpr milliseconds kLongestPause{5'000};
constexpr size_t kMaxLine = 1024 * 1024;

std::string events_path(const std::string& installation) {
  const Json filters = {
      {"type", Json::array({"container"})},
      {"label", Json::array({fmt::format("{}={}", kInstallationLabel, installation)})}};
  return "/events?filters=" + call::url_encode(dump_json(filters));
}

}  // namespace

DockerEvents::DockerEvents(DockerApi& api, const std::string& installation,
                           std::function<void(const std::string&)> on_container,
                           std::function<void()> on_hint)
    : api_(api),
      path_(events_path(installation)),
      on_container_(std::move(on_container)),
      on_hint_(std::move(on_hint)),
      thread_([this] { run(); }) {}

DockerEvents::~DockerEvents() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  cancel_.cancel();
  thread_.join();
}

void DockerEvents::run() {
  milliseconds pause = kFirstPause;
  while (!cancel_.cancelled()) {
    std::string buffer;
    const auto ended = api_.stream(
        "GET", path_, milliseconds(0), &cancel_,
        [&] {
          pause = kFirstPause;
          on_hint_();
        },
        [&](std::string_view bytes) {
          buffer.append(bytes);
          size_t end = 0;
          while ((end = buffer.find('\n')) != std::string::npos) {
            take(std::string_view(buffer).substr(0, end));
            buffer.erase(0, end + 1);
          }
          return buffer.size() < kMaxLine;
        });
    // Broken off or never opened: what runs may be otherwise now, and who looks will see.
    std::unique_lock lock(mutex_);
    if (ending_) return;
    lock.unlock();
    on_hint_();
    lock.lock();
    wake_.wait_for(lock, pause, [this] { return ending_; });
    pause = std::min(pause * 2, kLongestPause);
    if (ended) pause = kFirstPause;
  }
}

void DockerEvents::take(std::string_view line) {
  const auto event = parse_json(line);
  if (!event || !event->is_object()) return;
  if (const auto actor = event->find("Actor"); actor != event->end() && actor->is_object()) {
    if (const auto id = actor->find("ID"); id != actor->end() && id->is_string()) {
      on_container_(id->get<std::string>());
    }
  }
  on_hint_();
}

}  // namespace slipway::engine
