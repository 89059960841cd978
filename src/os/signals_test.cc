#include "os/signals.h"

#include <gtest/gtest.h>
#include <pthread.h>

#include <csignal>
#include <vector>

namespace slipway::os {
namespace {

TEST(SignalWatch, calls_back_on_the_loop) {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  ASSERT_TRUE(block_signals({SIGUSR1, SIGUSR2}));
  auto reactor = make_reactor();
  ASSERT_TRUE(reactor);
  std::vector<int> seen;
  auto watch = SignalWatch::start(**reactor, {SIGUSR1, SIGUSR2}, [&](int signal) {
    seen.push_back(signal);
    if (seen.size() == 2) (*reactor)->stop();
  });
  ASSERT_TRUE(watch) << watch.error().message;
  raise(SIGUSR1);
  raise(SIGUSR2);
  (*reactor)->run();
  EXPECT_EQ(seen, (std::vector<int>{SIGUSR1, SIGUSR2}));
  watch->reset();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST(SignalWatch, may_be_destroyed_inside_its_callback) {
  sigset_t before;
  pthread_sigmask(SIG_SETMASK, nullptr, &before);
  ASSERT_TRUE(block_signals({SIGUSR1}));
  auto reactor = make_reactor();
  std::unique_ptr<SignalWatch> watch;
  auto started = SignalWatch::start(**reactor, {SIGUSR1}, [&](int) {
    watch.reset();
    (*reactor)->stop();
  });
  ASSERT_TRUE(started);
  watch = std::move(*started);
  raise(SIGUSR1);
  (*reactor)->run();
  EXPECT_EQ(watch, nullptr);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace slipway::os
