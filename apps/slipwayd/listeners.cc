#include "listeners.h"

#include <fmt/format.h>
#include <unistd.h>

#include <thread>

#include "os/privileges.h"
#include "os/socket.h"
#include "state_directory.h"

namespace slipway::app {
namespace {

Result<os::TcpAddress> tcp_of(const std::string& text, const char* option) {
  auto address = os::parse_address(text);
  if (!address) return fail(address.error().within(option));
  if (const auto* tcp = std::get_if<os::TcpAddress>(&*address)) return *tcp;
  return fail(ErrorCode::kInvalid, fmt::format("{}: '{}' is not IP:PORT", option, text));
}

Result<os::UniqueFd> gateway_socket(const Settings& settings, const char* name) {
  const std::string path = gateway_directory(settings).string() + "/" + name;
  TRY_ASSIGN(os::UniqueFd fd,
             os::listen_unix(os::UnixAddress{path}, {.backlog = 1024, .unix_mode = 0600}));
  if (os::is_root() && !settings.gateway_user.empty()) {
    TRY_ASSIGN(const os::SystemUser user, os::find_user(settings.gateway_user));
    if (::chown(path.c_str(), user.uid, user.gid) != 0) return fail(errno_error(path, errno));
  }
  return fd;
}

// One socket a worker, all on one port.
Result<void> open_door(const Settings& settings, const std::string& listen, const char* option,
                       const char* name, std::vector<NamedListener>& listeners) {
  TRY_ASSIGN(os::TcpAddress address, tcp_of(listen, option));
  for (size_t i = 0; i < worker_count(settings); ++i) {
    auto fd = os::listen_tcp(address, {.reuse_port = true});
    if (!fd) return fail(fd.error().within(fmt::format("front door (option {})", option)));
    if (address.port == 0) {
      TRY_ASSIGN(address.port, os::local_port(fd->get()));
    }
    listeners.push_back({std::move(*fd), name});
  }
  return {};
}

Result<std::string> url_of(const char* scheme, const std::string& listen, const char* option,
                           const char* name, const std::vector<NamedListener>& listeners) {
  TRY_ASSIGN(os::TcpAddress address, tcp_of(listen, option));
  for (const NamedListener& listener : listeners) {
    if (listener.name != name) continue;
    TRY_ASSIGN(address.port, os::local_port(listener.fd.get()));
    break;
  }
  return scheme + os::to_string(os::Address(address));
}

}  // namespace

size_t worker_count(const Settings& settings) {
  if (settings.gateway_workers > 0) return static_cast<size_t>(settings.gateway_workers);
  return std::max(1U, std::thread::hardware_concurrency());
}

Result<std::vector<NamedListener>> listen_as_gateway(const Settings& settings) {
  std::vector<NamedListener> listeners;
  TRY(open_door(settings, settings.listen, "listen", kFrontDoor, listeners));
  if (!settings.tls_listen.empty()) {
    TRY(open_door(settings, settings.tls_listen, "tls_listen", kTlsDoor, listeners));
  }
  if (!settings.gateway_admin_listen.empty()) {
    TRY_ASSIGN(const os::TcpAddress admin,
               tcp_of(settings.gateway_admin_listen, "gateway_admin_listen"));
    auto fd = os::listen_tcp(admin);
    if (!fd) return fail(fd.error().within("gateway_admin_listen"));
    listeners.push_back({std::move(*fd), kGatewayAdmin});
  }
  return listeners;
}

Result<std::vector<NamedListener>> listen_as_control(const Settings& settings) {
  std::vector<NamedListener> listeners;
  TRY_ASSIGN(os::UniqueFd api, gateway_socket(settings, kApiSocket));
  listeners.push_back({std::move(api), kApi});
  TRY_ASSIGN(os::UniqueFd feed, gateway_socket(settings, kFeedSocket));
  listeners.push_back({std::move(feed), kFeed});
  return listeners;
}

Result<std::vector<NamedListener>> inherit_or(
    Result<std::vector<NamedListener>> (*make)(const Settings&), const Settings& settings) {
  TRY_ASSIGN(std::vector<os::InheritedFd> inherited, os::take_inherited_fds());
  if (inherited.empty()) return make(settings);
  std::vector<NamedListener> listeners;
  for (os::InheritedFd& one : inherited) {
    listeners.push_back({std::move(one.fd), std::move(one.name)});
  }
  return listeners;
}

Result<std::string> gateway_admin_address(const Settings& settings, int fd) {
  TRY_ASSIGN(os::TcpAddress address, tcp_of(settings.gateway_admin_listen, "gateway_admin_listen"));
  TRY_ASSIGN(address.port, os::local_port(fd));
  return os::to_string(os::Address(address));
}

Result<std::string> front_door_url(const Settings& settings,
                                   const std::vector<NamedListener>& listeners) {
  return url_of("http://", settings.listen, "listen", kFrontDoor, listeners);
}

Result<std::string> tls_door_url(const Settings& settings,
                                 const std::vector<NamedListener>& listeners) {
  if (settings.tls_listen.empty()) return std::string();
  return url_of("https://", settings.tls_listen, "tls_listen", kTlsDoor, listeners);
}

}  // namespace slipway::app
