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

}  // namespace

size_t worker_count(const Settings& settings) {
  if (settings.gateway_workers > 0) return static_cast<size_t>(settings.gateway_workers);
  return std::max(1U, std::thread::hardware_concurrency());
}

Result<std::vector<NamedListener>> listen_as_gateway(const Settings& settings) {
  std::vector<NamedListener> listeners;
  TRY_ASSIGN(os::TcpAddress address, tcp_of(settings.listen, "listen"));
  for (size_t i = 0; i < worker_count(settings); ++i) {
    auto fd = os::listen_tcp(address, {.reuse_port = true});
    if (!fd) return fail(fd.error().within("front door (option listen)"));
    if (address.port == 0) {
      TRY_ASSIGN(address.port, os::local_port(fd->get()));
    }
    listeners.push_back({std::move(*fd), kFrontDoor});
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
  TRY_ASSIGN(os::TcpAddress address, tcp_of(settings.listen, "listen"));
  for (const NamedListener& listener : listeners) {
    if (listener.name != kFrontDoor) continue;
    TRY_ASSIGN(address.port, os::local_port(listener.fd.get()));
    break;
  }
  return "http://" + os::to_string(os::Address(address));
}

}  // namespace slipway::app
