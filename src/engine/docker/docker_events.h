#pragma once
// The engine's event stream as hints. One thread holds the stream open, opens it again with backoff
// when it breaks off, and hints at every opening, because what happened in between is unknown. The
// callbacks come on that thread; the destructor ends it at once.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "call/cancellation.h"
#include "engine/docker/docker_api.h"
#include "engine/replica_engine.h"

namespace slipway::engine {

class DockerEvents final : public Watch {
 public:
  // `api` must outlive the object. `on_container` gets the id of each container with an event.
  DockerEvents(DockerApi& api, const std::string& installation,
               std::function<void(const std::string& container_id)> on_container,
               std::function<void()> on_hint);
  ~DockerEvents() override;

 private:
  void run();
  void take(std::string_view line);

  DockerApi& api_;
  const std::string path_;
  const std::function<void(const std::string&)> on_container_;
  const std::function<void()> on_hint_;

  call::Cancellation cancel_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace slipway::engine
