#pragma once
// The sockets that the processes of one machine share. The parent makes and keeps them, so that a
// child which dies leaves its callers in the backlog and not before a closed door; a role that is
// started alone makes its own.

#include <string>
#include <vector>

#include "base/result.h"
#include "os/child.h"
#include "os/fd.h"
#include "os/inherited_fds.h"
#include "settings.h"

namespace slipway::app {

struct NamedListener {
  os::UniqueFd fd;
  std::string name;
};

inline constexpr const char* kFrontDoor = "front";  // one a gateway worker, all on one port
inline constexpr const char* kTlsDoor = "tls";      // the same over TLS
inline constexpr const char* kGatewayAdmin = "admin";
inline constexpr const char* kCertificates = "certificates";  // where they come from; no listener
inline constexpr const char* kReady = "ready";                // to be told that it serves
inline constexpr const char* kApi = "api";    // control: UI and API, proxied by gateways
inline constexpr const char* kFeed = "feed";  // control: snapshots for gateways

// The id that a gateway tells control, given by the parent.
inline constexpr const char* kGatewayIdVariable = "SLIPWAY_GATEWAY_ID";

// Relative to the gateway's folder, which is its working directory (see docs/adr/0006).
inline constexpr const char* kApiSocket = "api.sock";
inline constexpr const char* kFeedSocket = "feed.sock";

size_t worker_count(const Settings& settings);

Result<std::vector<NamedListener>> listen_as_gateway(const Settings& settings);
Result<std::vector<NamedListener>> listen_as_control(const Settings& settings);

// What the parent handed over, or, when there is no parent, what `make` opens.
Result<std::vector<NamedListener>> inherit_or(
    Result<std::vector<NamedListener>> (*make)(const Settings&), const Settings& settings);

// "127.0.0.1:9101", with the real port of that socket.
Result<std::string> gateway_admin_address(const Settings& settings, int fd);

// "http://127.0.0.1:8080", from the socket's real port.
Result<std::string> front_door_url(const Settings& settings,
                                   const std::vector<NamedListener>& listeners);
// "https://127.0.0.1:8443"; "" without tls_listen.
Result<std::string> tls_door_url(const Settings& settings,
                                 const std::vector<NamedListener>& listeners);

}  // namespace slipway::app
