#include "parent.h"

#include <fmt/format.h>

#include <csignal>
#include <iostream>
#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "certificate_keeper.h"
#include "gateway/gateway.h"
#include "handover.h"
#include "listeners.h"
#include "oidc_settings.h"
#include "os/child.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "os/reactor.h"
#include "os/replace_process.h"
#include "os/signals.h"
#include "os/system_clock.h"
#include "run_upgrade.h"
#include "state_directory.h"
#include "upgrade_check.h"
#include "upgrade_door.h"
#include "upgrade_try.h"

namespace slipway::app {
namespace {

using std::chrono::milliseconds;

// A child that lived this long had started well: its next restart is immediate again.
constexpr std::chrono::seconds kLivedWell{10};
constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{2000};
// Control has nothing to drain but API answers; engine calls in flight end within this.
constexpr milliseconds kControlGrace{10'000};
// Beyond its own time to drain, before a gateway is taken for stuck.
constexpr milliseconds kDrainGrace{5'000};
// One that hands over waits for the new control, too, to tell it what was counted.
constexpr milliseconds kLeavingGrace{20'000};
// A gateway that is to be restarted while another one is tried waits for how that ends.
constexpr milliseconds kTryPause{100};

constexpr const char* kLockName = "lock";
constexpr const char* kAskerName = "asker";
constexpr const char* kUpgradeName = "upgrade";

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
  Parent(const Settings& settings, const std::vector<std::string>& arguments,
         const std::string& program, Logger log, os::Reactor& reactor)
      : settings_(settings),
        arguments_(arguments),
        program_(program),
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

  // `handover`: from the program that this process was before.
  Result<int> run(std::optional<Handover> handover) {
    TRY_ASSIGN(auto signals, os::SignalWatch::start(reactor_, {SIGTERM, SIGINT, SIGCHLD},
                                                    [this](int signal) { on_signal(signal); }));
    if (handover) {
      TRY(take_over(*handover));
    } else {
      TRY(begin());
    }
    if (certificates_.any()) certificates_.watch(reactor_);
    // A child may have ended before anybody listened.
    on_signal(SIGCHLD);
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
      if (parent.try_ != nullptr && this == &parent.gateway_) {
        return parent.reactor_.arm(restart, kTryPause);
      }
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
    os::Timer kill;         // armed while the role has been told to end
    bool replaced = false;  // it ends for the sake of the new program
  };

  // A gateway that hands over to another one.
  struct Leaving {
    Leaving(os::Child c, std::string i) : child(std::move(c)), id(std::move(i)) {}
    os::Child child;
    std::string id;
    os::Timer kill{[](void* self) { (void)static_cast<Leaving*>(self)->child.signal(SIGKILL); },
                   this};
  };

  Result<void> begin() {
    TRY(prepare_state_directory(settings_));
    TRY_ASSIGN(lock_, os::LockFile::acquire(settings_.state_dir));
    TRY(certificates_.read());
    TRY_ASSIGN(doors_, listen_as_gateway(settings_));
    TRY_ASSIGN(rooms_, listen_as_control(settings_));
    TRY(upgrade_door_.open(upgrade_socket(settings_)));
    TRY(arrange());
    TRY_ASSIGN(const std::string tls_url, tls_door_url(settings_, doors_));
    TRY(os::replace_file(url_file(settings_), url_ + "\n", 0600));
    if (tls_url.empty()) {
      TRY(os::remove_file(tls_url_file(settings_)));
    } else {
      TRY(os::replace_file(tls_url_file(settings_), tls_url + "\n", 0600));
    }
    TRY(start(control_));
    TRY(start(gateway_));
    log_.info("front door is open", {{"url", url_}, {"state_dir", settings_.state_dir}});
    if (!tls_url.empty()) log_.info("front door is open over TLS", {{"url", tls_url}});
    return {};
  }

  // What children get of the sockets.
  Result<void> arrange() {
    TRY_ASSIGN(url_, front_door_url(settings_, doors_));
    for (const NamedListener& door : doors_) {
      gateway_.spec.passed_fds.push_back({door.fd.get(), door.name});
    }
    for (const NamedListener& room : rooms_) {
      control_.spec.passed_fds.push_back({room.fd.get(), room.name});
    }
    // A given one is among the parent's own options, which the children get as they are.
    if (settings_.public_url.empty()) control_.spec.argv.push_back("--public-url=" + url_);
    return {};
  }

  // ---- upgrade: what the old program does ----------------------------------------------------

  void try_upgrade() {
    if (ending_) return upgrade_door_.end(kUpgradeRefused, "slipwayd is ending");
    log_.info("an upgrade is asked for", {{"program", program_}});
    std::vector<std::string> ids = {gateway_id_};
    for (const Leaving& one : leaving_) ids.push_back(one.id);
    new_id_ = free_gateway_id(ids);
    try_ = std::make_unique<UpgradeTry>(
        reactor_,
        UpgradeTry::Parts{
            .program = program_,
            .flags = arguments_,
            .lasting = lasting_settings(settings_),
            .start_gateway = [this](int ready_fd) { return start_new_gateway(ready_fd); },
            .tell = [this](const std::string& line) { upgrade_door_.tell(kUpgradeStep, line); },
            .done =
                [this](Result<os::Child> outcome, std::optional<os::Child> stray) {
                  if (stray) let_go(std::move(*stray), new_id_);
                  if (outcome) return go_on_as_new(std::move(*outcome));
                  give_upgrade_up(outcome.error().message);
                },
        });
    try_->start();
  }

  Result<os::Child> start_new_gateway(int ready_fd) {
    os::ChildSpec spec = gateway_.spec;
    spec.argv.front() = program_;
    spec.environment.push_back(gateway_id_variable(new_id_));
    spec.passed_fds.push_back({ready_fd, kReady});
    os::UniqueFd certificates;
    if (certificates_.any()) {
      TRY_ASSIGN(certificates, certificates_.connect());
      certificates_tried_ = true;
      spec.passed_fds.push_back({certificates.get(), kCertificates});
    }
    return os::Child::spawn(spec);
  }

  void give_upgrade_up(const std::string& why) {
    if (std::exchange(certificates_tried_, false)) certificates_.go_back();
    log_.error("no upgrade; all goes on as before", {{"error", why}});
    upgrade_door_.end(kUpgradeRefused, why + "; all goes on as before");
    drop_try();
  }

  // It may be on the stack.
  void drop_try() {
    reactor_.post([old = std::shared_ptr<UpgradeTry>(std::move(try_))] {});
  }

  // Its new gateway serves: this process becomes the new program, which lets go of the old gateway
  // and replaces control. Does not return when that works.
  void go_on_as_new(os::Child gateway) {
    Handover handover{.gateway = HandedGateway{gateway.pid(), new_id_}};
    const auto hand = [&](int fd, const std::string& name) {
      if (fd >= 0) handover.fds.push_back({fd, name});
    };
    hand(lock_->fd(), kLockName);
    hand(upgrade_door_.listener(), kUpgradeName);
    hand(upgrade_door_.asker(), kAskerName);
    hand(certificates_.sender(), kCertificates);
    for (const auto* listeners : {&doors_, &rooms_}) {
      for (const NamedListener& one : *listeners) hand(one.fd.get(), one.name);
    }
    if (gateway_.child) handover.leaving.push_back({gateway_.child->pid(), gateway_id_});
    for (const Leaving& one : leaving_) handover.leaving.push_back({one.child.pid(), one.id});
    if (control_.child) handover.control = control_.child->pid();

    std::string why = program_ + " was replaced once more meanwhile; try again";
    if (try_->program_is_as_checked()) {
      std::vector<std::string> argv = {program_};
      argv.insert(argv.end(), arguments_.begin(), arguments_.end());
      std::vector<std::string> environment = os::current_environment();
      environment.push_back(std::string(kHandoverVariable) + "=" + encode(handover));
      std::vector<int> kept;
      for (const HandedFd& one : handover.fds) kept.push_back(one.fd);
      why = os::replace_process(argv, environment, kept).message;
    }
    let_go(std::move(gateway), new_id_);
    give_upgrade_up(why);
  }

  // The gateway ends what it has in hand, and is ended when that takes too long.
  void let_go(os::Child gateway, std::string id) {
    (void)gateway.signal(ending_ ? SIGTERM : gateway::kHandOverSignal);
    Leaving& leaving = leaving_.emplace_back(std::move(gateway), std::move(id));
    reactor_.arm(leaving.kill, std::chrono::seconds(settings_.drain_seconds) + kLeavingGrace);
  }

  // ---- upgrade: what the new program does ----------------------------------------------------

  Result<void> take_over(Handover& handover) {
    // From here on nothing may end this process that can be helped: it serves.
    if (const auto prepared = prepare_state_directory(settings_); !prepared) {
      log_.error(prepared.error().message);
    }
    if (const auto read = certificates_.read(); !read) log_.error(read.error().message);
    os::UniqueFd listener;
    os::UniqueFd asker;
    for (const HandedFd& one : handover.fds) {
      os::UniqueFd fd(one.fd);
      if (one.name == kLockName) {
        lock_ = os::LockFile::adopt(std::move(fd));
      } else if (one.name == kUpgradeName) {
        listener = std::move(fd);
      } else if (one.name == kAskerName) {
        asker = std::move(fd);
      } else if (one.name == kCertificates) {
        certificates_.adopt(std::move(fd));
      } else {
        auto& listeners = one.name == kApi || one.name == kFeed ? rooms_ : doors_;
        listeners.push_back({std::move(fd), one.name});
      }
    }
    TRY(upgrade_door_.adopt(std::move(listener), std::move(asker)));
    TRY(arrange());
    if (handover.gateway) {
      gateway_id_ = handover.gateway->id;
      take_child(gateway_, handover.gateway->pid);
    }
    for (const HandedGateway& one : handover.leaving) {
      if (auto child = os::Child::adopt(one.pid)) let_go(std::move(*child), one.id);
    }
    if (!gateway_.child) gateway_.restart_now();
    upgrade_door_.tell(kUpgradeStep,
                       "the new gateway serves; control is replaced, and the gateway before ends "
                       "its requests in flight, at most " +
                           std::to_string(settings_.drain_seconds) + " s");
    if (handover.control != 0) take_child(control_, handover.control);
    if (control_.child) {
      control_.replaced = true;
      ask_to_end(control_, kControlGrace);
    } else {
      start_replaced_control();
    }
    return {};
  }

  void take_child(Role& role, pid_t pid) {
    auto child = os::Child::adopt(pid);
    if (!child) return log_.error(child.error().message);
    role.child.emplace(std::move(*child));
    role.started_at = reactor_.now();
  }

  void start_replaced_control() {
    control_.restart_now();
    log_.info("upgraded", {{"program", program_}, {"version", SLIPWAY_VERSION}});
    upgrade_door_.end(kUpgradeDone, "upgraded to slipwayd " SLIPWAY_VERSION);
  }

  static std::string gateway_id_variable(const std::string& id) {
    return std::string(kGatewayIdVariable) + "=" + id;
  }

  // ---- children ------------------------------------------------------------------------------

  Result<void> start(Role& role) {
    os::ChildSpec spec = role.spec;
    os::UniqueFd certificates;  // a fresh one for each gateway
    if (&role == &gateway_) spec.environment.push_back(gateway_id_variable(gateway_id_));
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
      reap_leaving();
      if (try_ != nullptr) try_->reap();
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
    if (std::exchange(role.replaced, false)) return start_replaced_control();
    if (!(*status)->ok() && (*status)->signal == 0 && (*status)->code == kGivesUp) {
      log_.error("a child cannot go on; its own message says why", {{"child", role.name}});
      return end(kGivesUp);
    }
    log_.warn("a child ended and is started again",
              {{"child", role.name}, {"how", (*status)->describe()}});
    const bool lived_well = reactor_.now() - role.started_at >= kLivedWell;
    on_child_gone(role, lived_well ? milliseconds(0) : role.pause);
    // Callers wait: the one that is known to work comes back first.
    if (&role == &gateway_ && try_ != nullptr) try_->abandon("the present gateway ended meanwhile");
  }

  void reap_leaving() {
    const size_t before = leaving_.size();
    std::erase_if(leaving_, [this](Leaving& one) {
      const auto status = one.child.try_wait();
      if (!status || !*status) return false;
      reactor_.disarm(one.kill);
      log_.info("a gateway that handed over has ended", {{"how", (*status)->describe()}});
      return true;
    });
    if (ending_ && leaving_.size() < before) next_to_end();
  }

  void on_child_gone(Role& role, milliseconds pause) {
    role.pause = std::clamp(pause * 2, kFirstPause, kLongestPause);
    reactor_.arm(role.restart, std::max(pause, milliseconds(1)));
  }

  void end(int status) {
    ending_ = true;
    exit_status_ = status;
    if (try_ != nullptr) try_->abandon("slipwayd is ending");
    for (Leaving& one : leaving_) (void)one.child.signal(SIGTERM);
    reactor_.disarm(control_.restart);
    reactor_.disarm(gateway_.restart);
    next_to_end();
  }

  // The gateway first: what it proxies still needs control.
  void next_to_end() {
    if (gateway_.child) {
      return ask_to_end(gateway_, std::chrono::seconds(settings_.drain_seconds) + kDrainGrace);
    }
    if (!leaving_.empty()) return;
    if (control_.child) return ask_to_end(control_, kControlGrace);
    reactor_.stop();
  }

  void ask_to_end(Role& role, milliseconds grace) {
    if (role.kill.armed()) return;
    (void)role.child->signal(SIGTERM);
    reactor_.arm(role.kill, grace);
  }

  const Settings& settings_;
  const std::vector<std::string>& arguments_;
  const std::string program_;  // where a new one will lie
  Logger log_;
  os::Reactor& reactor_;
  Role control_;
  Role gateway_;
  const os::SystemClock clock_;
  CertificateKeeper certificates_;
  std::optional<os::LockFile> lock_;
  std::vector<NamedListener> doors_;
  std::vector<NamedListener> rooms_;
  std::string url_;
  std::string gateway_id_ = "gateway";
  std::string new_id_;  // of the gateway that is tried
  std::list<Leaving> leaving_;
  UpgradeDoor upgrade_door_{reactor_, [this] { try_upgrade(); }};
  std::unique_ptr<UpgradeTry> try_;
  bool certificates_tried_ = false;  // the tried gateway was connected
  bool ending_ = false;
  int exit_status_ = 0;
};

}  // namespace

int run_parent(const Settings& settings, const std::vector<std::string>& arguments,
               const std::string& program, const Logger& log) {
  const auto run = [&]() -> Result<int> {
    TRY_ASSIGN(std::optional<Handover> handover, take_handover());
    TRY(os::block_signals({SIGTERM, SIGINT, SIGCHLD}));
    TRY_ASSIGN(const std::unique_ptr<os::Reactor> reactor, os::make_reactor());
    Parent parent(settings, arguments, program, log, *reactor);
    return parent.run(std::move(handover));
  }();
  if (!run) {
    log.error(run.error().message);
    std::cerr << "slipwayd: " << run.error().message << "\n";
    return kGivesUp;
  }
  return *run;
}

}  // namespace slipway::app
