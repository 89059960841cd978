#include "command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <map>

#include "os/file.h"

namespace slipway::app {
namespace {

constexpr int kUsage = 2;

Result<void> apply_sources(const std::string& config_file,
                           const std::map<std::string, std::string>& flags,
                           config::OptionTable& table) {
  const std::string file = config_file.empty() ? default_config_file() : config_file;
  if (!file.empty()) {
    auto document = os::read_file(file, 1024 * 1024);
    if (!document) return fail(document.error().within("configuration file"));
    TRY(table.load_toml(*document, file));
  }
  TRY(table.load_environment([](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  }));
  for (const auto& [name, value] : flags) {
    TRY(table.assign(name, value, "flag " + table.find(name)->flag()));
  }
  return {};
}

CLI::App* add_backup(CLI::App& app, BackupCommand& command) {
  CLI::App* backup = app.add_subcommand(
      "backup",
      "write a backup of the state directory as one tar file; slipwayd may run meanwhile.\n"
      "A backup with keys is as secret as the state directory itself: who has it can read every\n"
      "pull secret and act as every client. The file gets mode 0600; keep it that way.");
  backup->add_option("--to", command.to, "file to write, replaced as a whole; -: standard output")
      ->type_name("FILE")
      ->required();
  backup->add_flag("--without-keys", command.without_keys,
                   "leave *.key out; such a backup is of use only together with the keys");
  return backup;
}

CLI::App* add_restore(CLI::App& app, RestoreCommand& command) {
  CLI::App* restore = app.add_subcommand(
      "restore",
      "make the state directory out of a backup, all or nothing; slipwayd must not run.\n"
      "Run it as the user that slipwayd runs as.");
  restore->add_option("--from", command.from, "backup to read; -: standard input")
      ->type_name("FILE")
      ->required();
  restore->add_flag("--force", command.force,
                    "move a state directory that is not empty aside, instead of refusing it");
  return restore;
}

CLI::App* add_doctor(CLI::App& app, DoctorCommand& command) {
  CLI::App* doctor = app.add_subcommand(
      "doctor",
      "look at engine, state directory, disk, database, keys, ports, clock and limits, and say "
      "what\n"
      "to do; changes nothing, and slipwayd may run or not. Exit status 1: there is a problem.");
  doctor->add_flag("--json", command.json, "print one JSON document");
  return doctor;
}

}  // namespace

CommandLine read_command_line(int argc, char** argv, config::OptionTable& table) {
  CLI::App app{
      "slipwayd: runs model images in replicas and serves their predictions.\n"
      "Without a role it is the parent of both roles on one machine.\n"};
  app.footer(
      "Each option can also stand in the TOML file (--config, name with underscores) or in the\n"
      "environment (SLIPWAY_<NAME>); flags win over the environment, the environment over the "
      "file.\n\n"
      "Examples:\n"
      "  slipwayd --state-dir /srv/slipway --listen 0.0.0.0:8080\n"
      "  SLIPWAY_ENGINE=process slipwayd --models-root ./examples\n"
      "  slipwayd config print > slipwayd.toml && slipwayd config check --config slipwayd.toml\n\n"
      "Exit status: 0 ended as asked, 1 a command could not do it, 2 wrong usage or setting,\n"
      "78 cannot go on (the message says why).");
  app.fallthrough();
  app.require_subcommand(0, 1);

  CommandLine line;
  std::string config_file;
  app.add_option("--config", config_file, "TOML file with options")->type_name("FILE");
  std::map<std::string, std::string> flags;
  std::map<std::string, CLI::Option*> declared;
  for (const config::Option& option : table.options()) {
    declared[option.name] =
        app.add_option(option.flag(), flags[option.name],
                       fmt::format("{} [default {}]", option.help, option.default_text))
            ->type_name(option.range.empty() ? "TEXT" : option.range);
  }
  bool version = false;
  app.add_flag("--version", version, "print the version and exit");
  const auto* control = app.add_subcommand("control", "role: API, store, reconciler, engine");
  const auto* gateway = app.add_subcommand("gateway", "role: the front door");
  const CLI::App* backup = add_backup(app, line.backup);
  const CLI::App* restore = add_restore(app, line.restore);
  const CLI::App* doctor = add_doctor(app, line.doctor);
  const auto* upgrade = app.add_subcommand(
      "upgrade",
      "make the slipwayd that runs on the state directory the program that now lies at its path,\n"
      "without losing a request; when that one does not work, all goes on as before.");
  auto* secrets = app.add_subcommand("secrets", "the key that seals secrets");
  secrets->require_subcommand(1);
  const auto* rotate_key = secrets->add_subcommand(
      "rotate-key",
      "seal every pull secret with a new key and forget the old one; slipwayd must not run.\n"
      "Cut off at any instant it loses nothing: run it again. Backups from before need their\n"
      "own key file.");
  auto* config = app.add_subcommand("config", "check or print the settings");
  config->require_subcommand(1);
  const auto* check = config->add_subcommand("check", "say whether the settings are right");
  const auto* print = config->add_subcommand("print", "print all settings as a TOML file");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    line.role = Role::kNothing;
    line.exit_status = app.exit(error) == 0 ? 0 : kUsage;
    return line;
  }
  for (auto& [name, option] : declared) {
    if (option->count() == 0) {
      flags.erase(name);
    } else {
      line.flags.push_back(table.find(name)->flag() + "=" + flags[name]);
    }
  }
  if (!config_file.empty()) line.flags.push_back("--config=" + config_file);

  if (const auto applied = apply_sources(config_file, flags, table); !applied) {
    std::cerr << "slipwayd: " << applied.error().message << "\n";
    line.role = Role::kNothing;
    line.exit_status = kUsage;
    return line;
  }
  if (version) {
    line.role = Role::kVersion;
  } else if (control->parsed()) {
    line.role = Role::kControl;
  } else if (gateway->parsed()) {
    line.role = Role::kGateway;
  } else if (backup->parsed()) {
    line.role = Role::kBackup;
  } else if (restore->parsed()) {
    line.role = Role::kRestore;
  } else if (doctor->parsed()) {
    line.role = Role::kDoctor;
  } else if (upgrade->parsed()) {
    line.role = Role::kUpgrade;
  } else if (rotate_key->parsed()) {
    line.role = Role::kRotateKey;
  } else if (check->parsed()) {
    line.role = Role::kConfigCheck;
  } else if (print->parsed()) {
    line.role = Role::kConfigPrint;
  }
  return line;
}

}  // namespace slipway::app
