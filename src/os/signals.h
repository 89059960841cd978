#pragma once
// Signals of this process as callbacks on a reactor's thread, through signalfd(2).
//
// A signal must be blocked in every thread, or the kernel hands it to one that does not know it:
// call block_signals() in main() before any thread starts. Children that Child::spawn() starts get
// an empty mask back. Made and destroyed on the reactor's thread.

#include <functional>
#include <initializer_list>
#include <memory>

#include "base/result.h"
#include "os/reactor.h"

namespace slipway::os {

Result<void> block_signals(std::initializer_list<int> signals);

class SignalWatch {
 public:
  using Callback = std::function<void(int signal)>;

  // Several deliveries of one signal may arrive as one, as always with signals: after SIGCHLD look
  // at every child.
  static Result<std::unique_ptr<SignalWatch>> start(Reactor& reactor,
                                                    std::initializer_list<int> signals,
                                                    Callback callback);
  virtual ~SignalWatch() = default;
};

}  // namespace slipway::os
