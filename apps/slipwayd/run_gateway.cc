#include "run_gateway.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "certificate_keeper.h"
#include "gateway/gateway.h"
#include "listeners.h"
#include "os/privileges.h"
#include "os/signals.h"
#include "os/system_clock.h"
#include "os/system_random.h"
#include "parent.h"
#include "state_directory.h"

namespace slipway::app {
namespace {

// Enters its folder while it still may, then becomes the gateway's user for good (ADR 6).
Result<void> give_rights_up(const Settings& settings, pid_t parent) {
  const std::filesystem::path home = gateway_directory(settings);
  if (::chdir(home.c_str()) != 0) return fail(errno_error(home.string(), errno));
  if (os::is_root() && !settings.gateway_user.empty()) {
    auto user = os::find_user(settings.gateway_user);
    if (!user) return fail(user.error().within("option gateway_user"));
    TRY(os::drop_privileges(user->uid, user->gid));
    // The kernel forgets the parent-death signal when a process changes its user.
    if (::getppid() == parent && parent != 1) {
      if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) return fail(errno_error("prctl", errno));
      if (::getppid() != parent) return fail(ErrorCode::kUnavailable, "the parent has ended");
    }
  }
  return os::forbid_new_privileges();
}

// A gateway without a parent reads its certificates itself, once, while it still may.
Result<std::vector<NamedListener>> listen_alone(const Settings& settings) {
  const os::SystemClock clock;
  CertificateKeeper certificates(settings, clock, Logger::to_stderr(LogLevel::kWarn));
  TRY(certificates.read());
  TRY_ASSIGN(std::vector<NamedListener> listeners, listen_as_gateway(settings));
  if (certificates.any()) {
    TRY_ASSIGN(os::UniqueFd receiver, certificates.connect());
    listeners.push_back({std::move(receiver), kCertificates});
  }
  return listeners;
}

// Opened while it still may; for going through only. None where no engine of this node has one.
os::UniqueFd open_replica_sockets(const Settings& settings) {
  return os::UniqueFd(::open(socket_directory(settings).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
}

Result<gateway::GatewayConfig> configure(const Settings& settings,
                                         const std::vector<NamedListener>& listeners,
                                         const os::UniqueFd& replica_sockets) {
  gateway::GatewayConfig config;
  config.workers = static_cast<unsigned>(worker_count(settings));
  if (settings.gateway_io == "epoll") config.io = os::ReactorKind::kEpoll;
  if (settings.gateway_io == "io_uring") config.io = os::ReactorKind::kIoUring;
  for (const NamedListener& listener : listeners) {
    if (listener.name == kFrontDoor) config.listen_fds.push_back(listener.fd.get());
    if (listener.name == kTlsDoor) config.tls_fds.push_back(listener.fd.get());
    if (listener.name == kReady) config.ready_fd = listener.fd.get();
    if (listener.name == kCertificates) config.certificates_fd = listener.fd.get();
    if (listener.name == kGatewayAdmin) {
      config.admin_fd = listener.fd.get();
      TRY_ASSIGN(config.admin_address, gateway_admin_address(settings, config.admin_fd));
    }
  }
  if (const char* id = std::getenv(kGatewayIdVariable); id != nullptr) config.id = id;
  config.control = os::UnixAddress{kApiSocket};
  config.control_feed = os::UnixAddress{kFeedSocket};
  if (replica_sockets) {
    config.replica_sockets = fmt::format("/proc/self/fd/{}", replica_sockets.get());
  }
  config.server.head_timeout = std::chrono::seconds(settings.head_timeout_seconds);
  config.server.idle_timeout = std::chrono::seconds(settings.idle_timeout_seconds);
  config.drain_timeout = std::chrono::seconds(settings.drain_seconds);
  config.access_log_bytes = static_cast<uint64_t>(settings.access_log_mib) << 20;
  return config;
}

}  // namespace

int run_gateway(const Settings& settings, const Logger& log) {
  const pid_t parent = ::getppid();
  const auto prepared = [&]() -> Result<int> {
    TRY(os::block_signals({SIGTERM, SIGINT, gateway::kHandOverSignal}));
    TRY_ASSIGN(const std::vector<NamedListener> listeners, inherit_or(&listen_alone, settings));
    const os::UniqueFd replica_sockets = open_replica_sockets(settings);
    TRY(give_rights_up(settings, parent));
    TRY_ASSIGN(const gateway::GatewayConfig config,
               configure(settings, listeners, replica_sockets));
    os::SystemClock clock;
    os::SystemRandom random;
    return gateway::run_gateway(config, log, clock, random);
  }();
  if (!prepared) {
    log.error(prepared.error().message);
    return kGivesUp;
  }
  return *prepared;
}

}  // namespace slipway::app
