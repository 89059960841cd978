#include "upgrade_try.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "upgrade_check.h"

namespace slipway::app {
namespace {

// The check reads the whole database once.
constexpr std::chrono::milliseconds kCheckTime{120'000};
constexpr std::chrono::milliseconds kReadyTime{30'000};
constexpr size_t kMostWords = 500;

Result<os::UniqueFd> scratch_file(const char* name) {
  os::UniqueFd fd(::memfd_create(name, MFD_CLOEXEC));
  if (!fd) return fail(errno_error("cannot make a file in memory", errno));
  return fd;
}

std::string text_of(int fd) {
  std::string text(64 * 1024, '\0');
  const ssize_t n = ::pread(fd, text.data(), text.size(), 0);
  text.resize(n > 0 ? static_cast<size_t>(n) : 0);
  return text;
}

}  // namespace

std::string last_words(std::string_view text) {
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  while (!line.empty() && line.back() == ' ') line.pop_back();
  line.erase(0, line.find_first_not_of(' ') == std::string::npos ? 0 : line.find_first_not_of(' '));
  if (line.size() > kMostWords) line = "…" + line.substr(line.size() - kMostWords);
  return line;
}

UpgradeTry::UpgradeTry(os::Reactor& reactor, Parts parts)
    : reactor_(reactor), parts_(std::move(parts)) {}

UpgradeTry::~UpgradeTry() { stop_watching(); }

void UpgradeTry::start() {
  stamp_ = os::stamp_of(parts_.program);
  parts_.tell(fmt::format("asking {} whether it can take over", parts_.program));
  if (const auto started = start_check(); !started) return refuse(started.error().message);
  reactor_.arm(late_, kCheckTime);
}

Result<void> UpgradeTry::start_check() {
  TRY_ASSIGN(printed_, scratch_file("printed"));
  TRY_ASSIGN(complained_, scratch_file("complained"));
  os::ChildSpec spec;
  spec.argv = {parts_.program, kCanTakeOver};
  spec.argv.insert(spec.argv.end(), parts_.flags.begin(), parts_.flags.end());
  spec.environment = os::current_environment();
  spec.stdout_fd = printed_.get();
  spec.stderr_fd = complained_.get();
  spec.parent_death_signal = SIGKILL;
  TRY_ASSIGN(check_, os::Child::spawn(spec));
  return {};
}

void UpgradeTry::reap() {
  if (check_) {
    const auto status = check_->try_wait();
    if (!status || !*status) return;
    check_.reset();
    return judge(**status);
  }
  if (!gateway_) return;
  const auto status = gateway_->try_wait();
  if (!status || !*status) return;
  gateway_.reset();
  refuse(fmt::format("its gateway {} before it served; slipwayd's log may say why",
                     (*status)->describe()));
}

void UpgradeTry::judge(const os::ExitStatus& status) {
  if (!status.ok()) {
    const std::string words = last_words(text_of(complained_.get()));
    return refuse(words.empty() ? status.describe() : status.describe() + ": " + words);
  }
  if (const auto same = compare_lasting(parts_.lasting, text_of(printed_.get())); !same) {
    return refuse(same.error().message);
  }
  start_gateway();
}

void UpgradeTry::start_gateway() {
  parts_.tell("starting its gateway beside the present one");
  if (const auto started = await_gateway(); !started) return refuse(started.error().message);
  reactor_.arm(late_, kReadyTime);
}

Result<void> UpgradeTry::await_gateway() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return fail(errno_error("pipe", errno));
  ready_ = os::UniqueFd(ends[0]);
  const os::UniqueFd writer(ends[1]);
  TRY_ASSIGN(gateway_, parts_.start_gateway(writer.get()));
  TRY(reactor_.watch(ready_.get(), *this));
  watching_ = true;
  return {};
}

void UpgradeTry::on_readable(int fd) {
  char said = 0;
  const ssize_t n = ::read(fd, &said, 1);
  if (n < 0) return;
  stop_watching();
  // Closed without a word: it is ending, and SIGCHLD comes, or it will be too late.
  if (n == 0) return;
  finish(std::move(*std::exchange(gateway_, std::nullopt)), std::nullopt);
}

void UpgradeTry::on_late() {
  if (check_) {
    (void)check_->signal(SIGKILL);
    return refuse(
        fmt::format("it did not say within {} s whether it can", kCheckTime.count() / 1000));
  }
  refuse(fmt::format("its gateway did not serve within {} s", kReadyTime.count() / 1000));
}

void UpgradeTry::refuse(const std::string& why) {
  std::optional<os::Child> stray = std::exchange(gateway_, std::nullopt);
  // One that was asked and still runs is of no more use.
  if (check_) stray = std::exchange(check_, std::nullopt);
  finish(fail(ErrorCode::kUnavailable, fmt::format("{} cannot take over: {}", parts_.program, why)),
         std::move(stray));
}

void UpgradeTry::finish(Result<os::Child> outcome, std::optional<os::Child> stray) {
  reactor_.disarm(late_);
  stop_watching();
  const auto done = std::move(parts_.done);
  done(std::move(outcome), std::move(stray));
}

void UpgradeTry::stop_watching() {
  if (std::exchange(watching_, false)) reactor_.unwatch(ready_.get());
}

}  // namespace slipway::app
