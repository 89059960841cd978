#pragma once
// Where `slipwayd upgrade` asks the parent: whoever connects to the socket of the state directory
// asks for an upgrade, and is told how it goes (run_upgrade.h). On the parent's reactor.

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "os/fd.h"
#include "os/reactor.h"

namespace slipway::app {

class UpgradeDoor final : public os::ReadableWatcher {
 public:
  // `asked`: somebody is to be told from now on.
  UpgradeDoor(os::Reactor& reactor, std::function<void()> asked)
      : reactor_(reactor), asked_(std::move(asked)) {}
  ~UpgradeDoor() override;

  Result<void> open(const std::string& path);
  // The same sockets in the program that goes on; `asker` may be none.
  Result<void> adopt(os::UniqueFd listener, os::UniqueFd asker);
  int listener() const { return listener_.get(); }
  int asker() const { return asker_.get(); }  // -1: nobody waits

  // To who asked; who has gone hears nothing.
  void tell(char kind, std::string_view text);
  // The last line.
  void end(char kind, std::string_view text);

 private:
  void on_readable(int fd) override;

  os::Reactor& reactor_;
  const std::function<void()> asked_;
  os::UniqueFd listener_;
  os::UniqueFd asker_;
};

}  // namespace slipway::app
