#pragma once
// Hints when a file is touched: engine and shims touch one whenever a replica starts or ends. One
// thread (inotify(7)); the destructor ends it.

#include <filesystem>
#include <functional>
#include <thread>

#include "base/result.h"
#include "engine/replica_engine.h"
#include "os/fd.h"

namespace slipway::engine {

class ChangeWatch final : public Watch {
 public:
  ChangeWatch(const std::filesystem::path& file, std::function<void()> on_hint);
  ~ChangeWatch() override;

 private:
  void run();

  const std::function<void()> on_hint_;
  os::UniqueFd notify_;
  os::UniqueFd end_;
  std::thread thread_;
};

}  // namespace slipway::engine
