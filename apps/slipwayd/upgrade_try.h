#pragma once
// One try to bring a new program into service: asks it whether it can take over, then starts a
// gateway of it beside the one that serves, and waits until that serves, too. Until then nothing
// has changed, and whatever goes wrong is a refusal with a reason. On the parent's reactor.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "os/child.h"
#include "os/fd.h"
#include "os/file_stamp.h"
#include "os/reactor.h"

namespace slipway::app {

class UpgradeTry final : public os::ReadableWatcher {
 public:
  struct Parts {
    std::string program;             // a path
    std::vector<std::string> flags;  // of this parent
    std::string lasting;             // lasting_settings() of this parent
    // Starts a gateway of `program` that will tell `ready_fd`.
    std::function<Result<os::Child>(int ready_fd)> start_gateway;
    std::function<void(const std::string& line)> tell;
    // Called once, last, from the loop: the new gateway serves, or why there is none. A gateway
    // that was started in vain is in `stray`. The try may be destroyed in it.
    std::function<void(Result<os::Child> outcome, std::optional<os::Child> stray)> done;
  };

  UpgradeTry(os::Reactor& reactor, Parts parts);
  ~UpgradeTry() override;

  void start();
  // Ends it with a refusal.
  void abandon(const std::string& why) { refuse(why); }
  // After SIGCHLD.
  void reap();
  // Its program is still the file that was asked.
  bool program_is_as_checked() const { return os::stamp_of(parts_.program) == stamp_; }

 private:
  void on_readable(int fd) override;
  void on_late();
  void judge(const os::ExitStatus& status);
  void start_gateway();
  Result<void> start_check();
  Result<void> await_gateway();
  void refuse(const std::string& why);
  void finish(Result<os::Child> outcome, std::optional<os::Child> stray);
  void stop_watching();

  os::Reactor& reactor_;
  Parts parts_;
  os::FileStamp stamp_;
  os::UniqueFd printed_;     // by the check
  os::UniqueFd complained_;  // the same on standard error
  std::optional<os::Child> check_;
  std::optional<os::Child> gateway_;
  os::UniqueFd ready_;
  bool watching_ = false;
  os::Timer late_{[](void* self) { static_cast<UpgradeTry*>(self)->on_late(); }, this};
};

// The last words of a program, for a sentence: one line, of a bounded length.
std::string last_words(std::string_view text);

}  // namespace slipway::app
