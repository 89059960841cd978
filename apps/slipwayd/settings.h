#pragma once
// Everything that can be set about slipwayd, with its default. bind() declares each option once
// (name, range, help); flags, environment, file, help and `config print` derive from that. A plain
// value, read in main before any thread starts.

#include <cstdint>
#include <string>

#include "base/config/option_table.h"

namespace slipway::app {

struct Settings {
  std::string listen = "127.0.0.1:8080";
  std::string public_url;        // empty: http://<where the front door really listens>
  std::string tls_listen;        // empty: no TLS
  std::string tls_certificates;  // "chain.pem=key.pem;…"
  std::string tls_self_signed;   // names of one to try TLS out with; empty: none
  std::string state_dir;
  std::string log_level = "info";
  std::string ui_dir;  // empty: beside the program

  std::string engine = "auto";
  std::string engine_socket;  // empty: the usual places are tried
  std::string models_root;    // of the process engine
  std::string models_user;    // of the process engine
  std::string mock_journal;   // of the mock engine

  int64_t gateway_workers = 0;  // 0: one a core
  std::string gateway_io = "auto";
  std::string gateway_user;
  std::string gateway_admin_listen = "127.0.0.1:0";  // empty: none
  int64_t access_log_mib = 64;                       // 0: none
  int64_t drain_seconds = 20;
  int64_t head_timeout_seconds = 10;
  int64_t idle_timeout_seconds = 75;

  int64_t api_threads = 8;
  int64_t audit_keep_days = 400;               // 0: for ever
  int64_t revisions_keep = 200;                // newest ones of each deployment
  int64_t revisions_keep_days = 0;             // 0: for ever
  int64_t logs_keep_mib = 1024;                // of each deployment, as stored; 0: any size
  int64_t logs_keep_days = 30;                 // 0: for ever
  std::string webhook_private_addresses = "";  // networks that webhooks may reach; "all"
  int64_t logs_free_mib = 512;                 // below this much free disk nothing is stored

  std::string oidc_issuer;  // empty: nobody signs in through a provider
  std::string oidc_client_id;
  std::string oidc_client_secret_file;
  std::string oidc_scopes = "openid profile email";
  std::string oidc_user_claim = "preferred_username";
  std::string oidc_groups_claim = "groups";
  std::string oidc_group_map;
  std::string oidc_admin_value;
  std::string oidc_registration = "open";
  std::string oidc_label = "OpenID Connect";
  std::string oidc_ca_file;  // empty: the system's
};

// The defaults that depend on who starts it: root keeps its state under /var/lib and runs the
// gateway as nobody.
Settings default_settings();

// `settings` must outlive the table.
config::OptionTable bind(Settings& settings);

// $SLIPWAY_CONFIG_FILE, else /etc/slipway/slipwayd.toml when it exists; empty: no file.
std::string default_config_file();

}  // namespace slipway::app
