#include "parent.h"

#include <fmt/format.h>

#include <csignal>
#include <iostream>
#include <memory>
#include <optional>

#include "certificate_keeper.h"
#include "listeners.h"
#include "oidc_settings.h"
#include "os/child.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "os/reactor.h"
#include "os/signals.h"
#include "os/system_clock.h"
#include "state_directory.h"

namespace slipway::app {
namespace {

using std::chrono::milliseconds;

// A child that lived this long had started well: its next restart is immediate again.
constexpr std::chrono::seconds kLivedWell{10};
constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{2000};
// Control has nothing to drain but API answers; engine calls in flight end within this.
constexpr milliseconds kControlGrace{10'000};

// The gateway faces the network and needs none of them.
void drop_secrets(std::vector<std::string>& environment) {
  for (const std::string name : {"SLIPWAY_ADMIN_PASSWORD", kOidcSecretVariable}) {
    std::erase_if(environment, [prefix = name + "="](const std::string& variable) {
      return variable.starts_with(prefix);
    });
  }
}

class Parent {
 public:
  Parent(const Settings& settings, const std::vector<std::string>& arguments, Logger log,
         os::Reactor& reactor)
      : settings_(settings),
        log_(std::move(log)),
        reactor_(reactor),
        control_(*this, "control"),
        gateway_(*this, "gateway"),
        certificates_(settings, clock_, log_) {
    for (Role* role : {&control_, &gateway_}) {
      role->spec.argv = {"/proc/self/exe", role->name};
      role->spec.argv.insert(role->spec.argv.end(), arguments.begin(), arguments.end());
      role->spec.environment = os::current_environment();
      if (role == &gateway_) drop_secrets(role->spec.environment);
      // A parent that is killed takes its children along: nothing is left that a restart fights
      // with.
      role->spec.parent_death_signal = SIGTERM;
    }
  }

  Result<int> run() {
    TRY(certificates_.read());
    TRY_ASSIGN(std::vector<NamedListener> doors, listen_as_gateway(settings_));
    TRY_ASSIGN(std::vector<NamedListener> rooms, listen_as_control(settings_));
    TRY_ASSIGN(const std::string url, front_door_url(settings_, doors));
    TRY_ASSIGN(const std::string tls_url, tls_door_url(settings_, doors));
    for (const NamedListener& door : doors) {
      gateway_.spec.passed_fds.push_back({door.fd.get(), door.name});
    }
    for (const NamedListener& room : rooms) {
      control_.spec.passed_fds.push_back({room.fd.get(), room.name});
    }
    // A given one is among the parent's own options, which the children get as they are.
    if (settings_.public_url.empty()) control_.spec.argv.push_back("--public-url=" + url);
    TRY(os::replace_file(url_file(settings_), url + "\n", 0600));
    if (tls_url.empty()) {
      TRY(os::remove_file(tls_url_file(settings_)));
    } else {
      TRY(os::replace_file(tls_url_file(settings_), tls_url + "\n", 0600));
      certificates_.watch(reactor_);
    }
    TRY_ASSIGN(auto signals, os::SignalWatch::start(reactor_, {SIGTERM, SIGINT, SIGCHLD},
                                                    [this](int signal) { on_signal(signal); }));
    TRY(start(control_));
    TRY(start(gateway_));
    log_.info("front door is open", {{"url", url}, {"state_dir", settings_.state_dir}});
    if (!tls_url.empty()) log_.info("front door is open over TLS", {{"url", tls_url}});
    reactor_.run();
    return exit_status_;
  }

 private:
  struct Role {
    Role(Parent& p, std::string n)
        : parent(p),
          name(std::move(n)),
          restart([](void* self) { static_cast<Role*>(self)->restart_now(); }, this),
          kill([](void* self) { static_cast<Role*>(self)->kill_now(); }, this) {}
    void restart_now() {
      if (const auto started = parent.start(*this); !started) {
        parent.log_.error("cannot start a child",
                          {{"child", name}, {"error", started.error().message}});
        parent.on_child_gone(*this, kFirstPause);
      }
    }
    void kill_now() {
      if (child) (void)child->signal(SIGKILL);
    }

    Parent& parent;
    std::string name;
    os::ChildSpec spec;
    std::optional<os::Child> child;
    Monotonic started_at{};
    milliseconds pause{0};
    os::Timer restart;
    os::Timer kill;  // armed while the role has been told to end
  };

  Result<void> start(Role& role) {
    os::ChildSpec spec = role.spec;
    os::UniqueFd certificates;  // a fresh one for each gateway
    if (&role == &gateway_ && certificates_.any()) {
      TRY_ASSIGN(certificates, certificates_.connect());
      spec.passed_fds.push_back({certificates.get(), kCertificates});
    }
    auto child = os::Child::spawn(spec);
    if (!child) return fail(child.error());
    role.child.emplace(std::move(*child));
    role.started_at = reactor_.now();
    log_.debug("child started", {{"child", role.name}, {"pid", int64_t{role.child->pid()}}});
    return {};
  }

  void on_signal(int signal) {
    if (signal == SIGCHLD) {
      reap(control_);
      reap(gateway_);
      return;
    }
    if (ending_) return;
    log_.info("ending: draining requests in flight");
    end(0);
  }

  void reap(Role& role) {
    if (!role.child) return;
    const auto status = role.child->try_wait();
    if (!status || !*status) return;
    role.child.reset();
    reactor_.disarm(role.kill);
    if (ending_) return next_to_end();
    if (!(*status)->ok() && (*status)->signal == 0 && (*status)->code == kGivesUp) {
      log_.error("a child cannot go on; its own message says why", {{"child", role.name}});
      return end(kGivesUp);
    }
    log_.warn("a child ended and is started again",
              {{"child", role.name}, {"how", (*status)->describe()}});
    const bool lived_well = reactor_.now() - role.started_at >= kLivedWell;
    on_child_gone(role, lived_well ? milliseconds(0) : role.pause);
  }

  void on_child_gone(Role& role, milliseconds pause) {
    role.pause = std::clamp(pause * 2, kFirstPause, kLongestPause);
    reactor_.arm(role.restart, std::max(pause, milliseconds(1)));
  }

  void end(int status) {
    ending_ = true;
    exit_status_ = status;
    reactor_.disarm(control_.restart);
    reactor_.disarm(gateway_.restart);
    next_to_end();
  }

  // The gateway first: what it proxies still needs control.
  void next_to_end() {
    if (gateway_.child) {
      return ask_to_end(gateway_, std::chrono::seconds(settings_.drain_seconds + 5));
    }
    if (control_.child) return ask_to_end(control_, kControlGrace);
    reactor_.stop();
  }

  void ask_to_end(Role& role, milliseconds grace) {
    if (role.kill.armed()) return;
    (void)role.child->signal(SIGTERM);
    reactor_.arm(role.kill, grace);
  }

  const Settings& settings_;
  Logger log_;
  os::Reactor& reactor_;
  Role control_;
  Role gateway_;
  const os::SystemClock clock_;
  CertificateKeeper certificates_;
  bool ending_ = false;
  int exit_status_ = 0;
};

}  // namespace

int run_parent(const Settings& settings, const std::vector<std::string>& arguments,
               const Logger& log) {
  const auto run = [&]() -> Result<int> {
    TRY(prepare_state_directory(settings));
    TRY_ASSIGN(const os::LockFile lock, os::LockFile::acquire(settings.state_dir));
    TRY(os::block_signals({SIGTERM, SIGINT, SIGCHLD}));
    TRY_ASSIGN(const std::unique_ptr<os::Reactor> reactor, os::make_reactor());
    Parent parent(settings, arguments, log, *reactor);
    return parent.run();
  }();
  if (!run) {
    log.error(run.error().message);
    std::cerr << "slipwayd: " << run.error().message << "\n";
    return kGivesUp;
  }
  return *run;
}

}  // namespace slipway::app
