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
      "Exit status: 0 ended as asked, 2 wrong usage or setting, 78 cannot go on (the message says "
      "why).");
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
  } else if (check->parsed()) {
    line.role = Role::kConfigCheck;
  } else if (print->parsed()) {
    line.role = Role::kConfigPrint;
  }
  return line;
}

}  // namespace slipway::app
