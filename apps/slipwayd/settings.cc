#include "settings.h"

#include <cstdlib>
#include <filesystem>

#include "os/privileges.h"

namespace slipway::app {

Settings default_settings() {
  Settings settings;
  if (os::is_root()) {
    settings.state_dir = "/var/lib/slipway";
    settings.gateway_user = "nobody";
  } else if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr) {
    settings.state_dir = std::string(state) + "/slipway";
  } else if (const char* home = std::getenv("HOME"); home != nullptr) {
    settings.state_dir = std::string(home) + "/.local/state/slipway";
  } else {
    settings.state_dir = "slipway-state";
  }
  settings.models_root = settings.state_dir + "/models";
  return settings;
}

namespace {

void bind_oidc(Settings& settings, config::OptionTable& table) {
  table.text("oidc_issuer", settings.oidc_issuer,
             "OpenID Connect: URL of the provider, exactly as it writes it; empty: off");
  table.text("oidc_client_id", settings.oidc_client_id,
             "OpenID Connect: what the provider calls this installation");
  table.text("oidc_client_secret_file", settings.oidc_client_secret_file,
             "OpenID Connect: file with the client secret; or set SLIPWAY_OIDC_CLIENT_SECRET; "
             "neither: a public client");
  table.text("oidc_scopes", settings.oidc_scopes,
             "OpenID Connect: scopes to ask for, separated by blanks");
  table.text("oidc_user_claim", settings.oidc_user_claim,
             "OpenID Connect: claim that is a new user's name; who has none: the e-mail address");
  table.text("oidc_groups_claim", settings.oidc_groups_claim,
             "OpenID Connect: claim that lists the groups of a user");
  table.text("oidc_group_map", settings.oidc_group_map,
             "OpenID Connect: 'value=group' or 'value=group:admin', separated by ';'; these "
             "memberships follow the provider at each sign-in");
  table.text("oidc_admin_value", settings.oidc_admin_value,
             "OpenID Connect: value of the groups claim that makes a platform admin; empty: the "
             "provider has no say");
  table.choice("oidc_registration", settings.oidc_registration, {"open", "known"},
               "OpenID Connect: open: everybody at the provider becomes a user; known: only users "
               "with an external id may sign in");
  table.text("oidc_label", settings.oidc_label, "OpenID Connect: label of the sign-in button");
  table.text("oidc_ca_file", settings.oidc_ca_file,
             "OpenID Connect: PEM file of the provider's authorities; empty: the system's");
}

}  // namespace

config::OptionTable bind(Settings& settings) {
  config::OptionTable table;
  table.text(
      "listen", settings.listen,
      "address of the front door, IP:PORT; port 0 takes a free one and tells it in STATE/url");
  table.text(
      "public_url", settings.public_url,
      "how users reach the front door, for the endpoints that are shown; empty: from listen");
  table.text("tls_listen", settings.tls_listen,
             "address of the front door over TLS, IP:PORT; port 0 takes a free one and tells it in "
             "STATE/tls_url; empty: none");
  table.text("tls_certificates", settings.tls_certificates,
             "PEM files of certificates and their keys, 'chain.pem=key.pem', separated by ';'; "
             "chosen by the name a client asks for, else the first; changed files are taken over");
  table.text("tls_self_signed", settings.tls_self_signed,
             "to try TLS out: names and addresses, separated by ',', of a certificate that is made "
             "and kept in the state directory; empty: none");
  table.text("state_dir", settings.state_dir,
             "folder of database, keys and sockets; made with mode 0700; one slipwayd at a time");
  table.choice("log_level", settings.log_level, {"debug", "info", "warn", "error"},
               "the least level that is logged, as JSON lines on standard error");
  table.text("ui_dir", settings.ui_dir,
             "folder of the web UI as web/ builds it; empty: beside the program");
  table.choice("engine", settings.engine, {"auto", "docker", "process", "mock"},
               "what runs replicas; auto: Docker or Podman when one answers, else process");
  table.text("engine_socket", settings.engine_socket,
             "Unix socket of Docker or Podman; empty: DOCKER_HOST, then the usual places");
  table.text("models_root", settings.models_root,
             "process engine: folder that holds the model folders");
  table.text("models_user", settings.models_user,
             "process engine: user that models run as when slipwayd is root; empty: root itself");
  table.text("mock_journal", settings.mock_journal,
             "mock engine: file that remembers what runs; empty: in memory");
  table.number("gateway_workers", settings.gateway_workers, 0, 256,
               "threads of the gateway; 0: one a core");
  table.choice("gateway_io", settings.gateway_io, {"auto", "epoll", "io_uring"},
               "how the gateway does its I/O; auto: by io_uring where the kernel and the container "
               "runtime allow it, else by epoll");
  table.text("gateway_user", settings.gateway_user,
             "user that the gateway becomes when slipwayd is started as root; empty: stays");
  table.text(
      "gateway_admin_listen", settings.gateway_admin_listen,
      "address for /healthz, /readyz and /metrics of the gateway itself; port 0: any, told by "
      "GET /api/v1/metrics/targets; empty: none");
  table.number("access_log_mib", settings.access_log_mib, 0, 1'000'000,
               "MiB of the access log STATE/gateway/access.log that are kept, together with the "
               "file before it; 0: no access log");
  table.number("drain_seconds", settings.drain_seconds, 0, 3600,
               "how long requests in flight may go on after SIGTERM");
  table.number("head_timeout_seconds", settings.head_timeout_seconds, 1, 600,
               "time that a client has to send a whole request head");
  table.number("idle_timeout_seconds", settings.idle_timeout_seconds, 1, 3600,
               "how long an idle client connection is kept");
  table.number("api_threads", settings.api_threads, 1, 256, "threads that answer API requests");
  table.number("audit_keep_days", settings.audit_keep_days, 0, 36500,
               "days that the audit trail is kept; 0: for ever");
  table.number("revisions_keep", settings.revisions_keep, 1, 100000,
               "newest revisions of each deployment that are kept");
  table.number("revisions_keep_days", settings.revisions_keep_days, 0, 36500,
               "days that revisions are kept; 0: for ever");
  table.number("logs_keep_mib", settings.logs_keep_mib, 0, 1'000'000'000,
               "MiB of stored logs that are kept of each deployment, compressed; 0: any size");
  table.number("logs_keep_days", settings.logs_keep_days, 0, 36500,
               "days that logs are kept, also of deleted deployments; 0: for ever");
  table.number("logs_free_mib", settings.logs_free_mib, 0, 1'000'000'000,
               "MiB of free disk below which no logs are stored; 0: store until it is full");
  table.text("webhook_private_addresses", settings.webhook_private_addresses,
             "private networks that webhooks may be sent to, as 10.1.0.0/16,fd00::/8, or all");
  bind_oidc(settings, table);
  return table;
}

std::string default_config_file() {
  if (const char* file = std::getenv("SLIPWAY_CONFIG_FILE"); file != nullptr) return file;
  const char* usual = "/etc/slipway/slipwayd.toml";
  return std::filesystem::exists(usual) ? usual : "";
}

}  // namespace slipway::app
