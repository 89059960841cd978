#include "upgrade_door.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include "os/socket.h"
#include "run_upgrade.h"

namespace slipway::app {
namespace {

void say(int fd, char kind, std::string_view text) {
  const std::string line = fmt::format("{}{}\n", kind, text);
  // Some lines fit into any socket's buffer.
  (void)::send(fd, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

}  // namespace

UpgradeDoor::~UpgradeDoor() {
  if (listener_) reactor_.unwatch(listener_.get());
}

Result<void> UpgradeDoor::open(const std::string& path) {
  TRY_ASSIGN(os::UniqueFd fd,
             os::listen_unix(os::UnixAddress{path}, {.backlog = 8, .unix_mode = 0600}));
  return adopt(std::move(fd), {});
}

Result<void> UpgradeDoor::adopt(os::UniqueFd listener, os::UniqueFd asker) {
  TRY(reactor_.watch(listener.get(), *this));
  listener_ = std::move(listener);
  asker_ = std::move(asker);
  return {};
}

void UpgradeDoor::on_readable(int fd) {
  os::UniqueFd somebody(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC));
  if (!somebody) return;
  if (asker_) return say(somebody.get(), kUpgradeRefused, "an upgrade is under way already");
  asker_ = std::move(somebody);
  asked_();
}

void UpgradeDoor::tell(char kind, std::string_view text) {
  if (asker_) say(asker_.get(), kind, text);
}

void UpgradeDoor::end(char kind, std::string_view text) {
  tell(kind, text);
  asker_.reset();
}

}  // namespace slipway::app
