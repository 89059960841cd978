#pragma once
// What commands are put together from: making one, asking at the terminal, reading files and
// passwords, showing what may be seen once. Used while a command runs; one thread.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/json_fwd.h"
#include "base/result.h"
#include "cli/session.h"

namespace CLI {
class App;
}

namespace slipway::cli {

// "Example:" and the indented lines, for a command's footer.
std::string example(const std::string& lines);

// A command that only holds others.
CLI::App* add_noun(CLI::App& parent, const char* name, const char* help, const char* example_lines);
// A command that does `run`, with a server that one is signed in to.
CLI::App* add_verb(CLI::App& parent, Session& session, const char* name, const char* help,
                   const char* example_lines,
                   std::function<Result<void>(const ApiClient& client)> run);
// A positional argument that must be given; the text lives as long as somebody holds it. "ID" is
// completed with the ids of deployments.
void add_argument(CLI::App* command, const char* name, const std::shared_ptr<std::string>& value,
                  const char* help);
// Two flags for one truth; neither: nothing said. `value` outlives the command.
void add_switch(CLI::App* command, const char* on, const char* off, std::optional<bool>& value,
                const char* help_on, const char* help_off);

// Goes on after "y" or "yes". kInvalid, with nothing done, otherwise.
Result<void> confirm(const Session& session, const std::string& question, bool yes);
// From stdin (without its line end) or from the terminal, unseen.
Result<std::string> read_password(const Session& session, const std::string& prompt,
                                  bool from_stdin);
// The whole of a file, "-" for stdin.
Result<std::string> read_input(const Session& session, const std::string& file);

void show_items(const Session& session, const Json& items, std::string (*table)(const Json&),
                std::string_view name_member);
// The whole document as JSON or YAML; else only the member, a line of its own, so that a script can
// keep it. `hint` goes to people.
void show_once(const Session& session, const Json& document, const char* member,
               const std::string& hint);

}  // namespace slipway::cli
