// slipwayd in its three forms (docs/architecture.md): a parts list, no logic.

#include <sys/prctl.h>

#include <iostream>
#include <string_view>

#include "base/log.h"
#include "command_line.h"
#include "engine/process/replica_shim.h"
#include "oidc_settings.h"
#include "os/system_clock.h"
#include "parent.h"
#include "run_control.h"
#include "run_gateway.h"
#include "run_operations.h"
#include "run_upgrade.h"
#include "settings.h"
#include "tls_settings.h"
#include "upgrade_check.h"

namespace app = slipway::app;

int main(int argc, char** argv) {
  // Between the process engine and one model; not for people, so not in --help.
  if (argc == 2 && std::string_view(argv[1]) == "replica-shim") {
    return slipway::engine::run_replica_shim();
  }
  app::Settings settings = app::default_settings();
  slipway::config::OptionTable options = app::bind(settings);
  // A parent asks the program that it may become; the flags are its own.
  const bool asked = argc >= 2 && std::string_view(argv[1]) == app::kCanTakeOver;
  const std::string program = app::program_path(argv[0]);
  const int skipped = asked ? 1 : 0;
  const app::CommandLine line = app::read_command_line(argc - skipped, argv + skipped, options);
  if (asked && line.role == app::Role::kParent) return app::run_can_take_over(settings);
  const slipway::Logger log = slipway::Logger::to_stderr(
      slipway::parse_log_level(settings.log_level).value_or(slipway::LogLevel::kInfo));

  // The parent starts its children through /proc/self/exe; ps and top shall not call them "exe".
  if (line.role == app::Role::kControl) ::prctl(PR_SET_NAME, "slipway-control");
  if (line.role == app::Role::kGateway) ::prctl(PR_SET_NAME, "slipway-gateway");

  switch (line.role) {
    case app::Role::kParent:
      return app::run_parent(settings, line.flags, program, log.named("parent"));
    case app::Role::kControl:
      return app::run_control(settings, log.named("control"));
    case app::Role::kGateway:
      return app::run_gateway(settings, log.named("gateway"));
    case app::Role::kBackup:
      return app::run_backup(settings, line.backup);
    case app::Role::kRestore:
      return app::run_restore(settings, line.restore);
    case app::Role::kDoctor:
      return app::run_doctor(settings, line.doctor);
    case app::Role::kRotateKey:
      return app::run_rotate_key(settings);
    case app::Role::kUpgrade:
      return app::run_upgrade(settings);
    case app::Role::kConfigPrint:
      std::cout << options.print();
      return 0;
    case app::Role::kConfigCheck:
      if (const auto oidc = app::oidc_config(settings); !oidc) {
        std::cerr << "slipwayd: " << oidc.error().message << "\n";
        return 2;
      }
      if (const auto tls = app::check_certificates(settings, slipway::os::SystemClock().now());
          !tls) {
        std::cerr << "slipwayd: " << tls.error().message << "\n";
        return 2;
      }
      std::cout << "the settings are right\n";
      return 0;
    case app::Role::kVersion:
      std::cout << "slipwayd " SLIPWAY_VERSION "\n";
      return 0;
    case app::Role::kNothing:
      return line.exit_status;
  }
  return 1;
}
