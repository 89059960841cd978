#include "engine/process/change_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace slipway::engine {

ChangeWatch::ChangeWatch(const std::filesystem::path& file, std::function<void()> on_hint)
    : on_hint_(std::move(on_hint)),
      notify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      end_(::eventfd(0, EFD_CLOEXEC)) {
  // Without inotify there are no hints, which the contract allows: whoever waits looks by itself.
  if (notify_) ::inotify_add_watch(notify_.get(), file.c_str(), IN_ATTRIB | IN_MODIFY);
  thread_ = std::thread([this] { run(); });
}

ChangeWatch::~ChangeWatch() {
  const uint64_t one = 1;
  (void)!::write(end_.get(), &one, sizeof(one));
  thread_.join();
}

void ChangeWatch::run() {
  std::array<pollfd, 2> ends{pollfd{end_.get(), POLLIN, 0}, pollfd{notify_.get(), POLLIN, 0}};
  std::array<char, 4096> events;
  while (true) {
    ::poll(ends.data(), ends.size(), -1);
    if (ends[0].revents != 0) return;
    if (ends[1].revents == 0) continue;
    while (::read(notify_.get(), events.data(), events.size()) > 0) {
    }
    on_hint_();
  }
}

}  // namespace slipway::engine
