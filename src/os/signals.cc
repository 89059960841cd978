#include "os/signals.h"

#include <pthread.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "os/fd.h"

namespace slipway::os {

namespace {

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

class SignalFdWatch final : public SignalWatch, public ReadableWatcher {
 public:
  SignalFdWatch(Reactor& reactor, UniqueFd fd, Callback callback)
      : reactor_(reactor), fd_(std::move(fd)), callback_(std::move(callback)) {}
  ~SignalFdWatch() override { reactor_.unwatch(fd_.get()); }

  Result<void> open() { return reactor_.watch(fd_.get(), *this); }

  void on_readable(int fd) override {
    signalfd_siginfo info{};
    if (read(fd, &info, sizeof info) != sizeof info) return;
    // A copy: the callback may destroy this watch.
    const Callback callback = callback_;
    callback(static_cast<int>(info.ssi_signo));
  }

 private:
  Reactor& reactor_;
  UniqueFd fd_;
  Callback callback_;
};

}  // namespace

Result<void> block_signals(std::initializer_list<int> signals) {
  const sigset_t set = set_of(signals);
  if (const int error = pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0) {
    return fail(errno_error("cannot block signals", error));
  }
  return {};
}

Result<std::unique_ptr<SignalWatch>> SignalWatch::start(Reactor& reactor,
                                                        std::initializer_list<int> signals,
                                                        Callback callback) {
  const sigset_t set = set_of(signals);
  UniqueFd fd(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd) return fail(errno_error("cannot watch signals", errno));
  auto watch = std::make_unique<SignalFdWatch>(reactor, std::move(fd), std::move(callback));
  TRY(watch->open());
  return watch;
}

}  // namespace slipway::os
