#pragma once
// The layout of the state directory: mode 0700, files 0600, nothing readable by anybody else. The
// gateway's own folder belongs to the gateway's user.
//
//   lock  control/  slipway.db  metrics.db  installation  *.key  url  tls_url  self-signed.pem
//   gateway/{api.sock,feed.sock,snapshot.bin} replicas/  sockets/  models/  logs/

#include <filesystem>

#include "base/result.h"
#include "settings.h"

namespace slipway::app {

std::filesystem::path database_file(const Settings& settings);
std::filesystem::path metrics_file(const Settings& settings);
std::filesystem::path gateway_directory(const Settings& settings);
std::filesystem::path replica_directory(const Settings& settings);
// In which models listen; the rest of the state directory guards it.
std::filesystem::path socket_directory(const Settings& settings);
std::filesystem::path log_directory(const Settings& settings);
std::filesystem::path control_lock_directory(const Settings& settings);
// What seals pull secrets; apart from the database, so that neither alone tells one.
std::filesystem::path secrets_key_file(const Settings& settings);
std::filesystem::path installation_file(const Settings& settings);
std::filesystem::path url_file(const Settings& settings);
std::filesystem::path tls_url_file(const Settings& settings);
// Certificate and key in one, to try TLS out with.
std::filesystem::path self_signed_file(const Settings& settings);

// Makes what is missing; refuses a directory that others may enter.
Result<void> prepare_state_directory(const Settings& settings);

}  // namespace slipway::app
