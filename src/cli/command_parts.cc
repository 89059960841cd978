#include "cli/command_parts.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "cli/views.h"

namespace slipway::cli {

std::string example(const std::string& lines) {
  std::string out = "Example:\n";
  std::istringstream in(lines);
  for (std::string line; std::getline(in, line);) out += "  " + line + "\n";
  return out;
}

CLI::App* add_noun(CLI::App& parent, const char* name, const char* help,
                   const char* example_lines) {
  CLI::App* noun = parent.add_subcommand(name, help);
  noun->require_subcommand(1);
  noun->footer(example(example_lines));
  return noun;
}

CLI::App* add_verb(CLI::App& parent, Session& session, const char* name, const char* help,
                   const char* example_lines,
                   std::function<Result<void>(const ApiClient& client)> run) {
  CLI::App* command = parent.add_subcommand(name, help);
  command->footer(example(example_lines));
  command->callback([&session, run = std::move(run)] {
    session.action = [&session, run]() -> Result<void> {
      TRY_ASSIGN(const ApiClient client, session.client());
      return run(client);
    };
  });
  return command;
}

void add_argument(CLI::App* command, const char* name, const std::shared_ptr<std::string>& value,
                  const char* help) {
  command->add_option(name, *value, help)->required();
}

void add_switch(CLI::App* command, const char* on, const char* off, std::optional<bool>& value,
                const char* help_on, const char* help_off) {
  CLI::Option* yes = command->add_flag_callback(
      on, [&value] { value = true; }, help_on);
  command
      ->add_flag_callback(
          off, [&value] { value = false; }, help_off)
      ->excludes(yes);
}

Result<void> confirm(const Session& session, const std::string& question, bool yes) {
  if (yes) return {};
  const auto typed = session.outside.ask(question + " [y/N] ");
  if (!typed) return fail(ErrorCode::kInvalid, "there is no terminal to confirm at; use --yes");
  if (*typed == "y" || *typed == "yes" || *typed == "Y") return {};
  return fail(ErrorCode::kInvalid, "not confirmed; nothing was changed");
}

Result<std::string> read_password(const Session& session, const std::string& prompt,
                                  bool from_stdin) {
  if (from_stdin) {
    std::string password = session.outside.read_stdin();
    while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) {
      password.pop_back();
    }
    return password;
  }
  auto typed = session.outside.ask_secret(prompt);
  if (typed) return *typed;
  return fail(ErrorCode::kInvalid,
              "there is no terminal to ask for the password; use --password-stdin");
}

Result<std::string> read_input(const Session& session, const std::string& file) {
  if (file == "-") return session.outside.read_stdin();
  std::ifstream in(file);
  if (!in) return fail(ErrorCode::kInvalid, "cannot read " + file);
  std::stringstream whole;
  whole << in.rdbuf();
  return whole.str();
}

void show_items(const Session& session, const Json& items, std::string (*table)(const Json&),
                std::string_view name_member) {
  session.show(
      items, [&](bool) { return table(items); }, [&] { return names_of(items, name_member); });
}

void show_once(const Session& session, const Json& document, const char* member,
               const std::string& hint) {
  const auto secret = [&] { return text_at(document, {member}) + "\n"; };
  session.show(
      document, [&](bool) { return secret(); }, secret);
  session.outside.err(hint + "\n");
}

}  // namespace slipway::cli
