#include "cli/completion.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command_parts.h"
#include "cli/commands.h"

namespace slipway::cli {
namespace {

constexpr std::string_view kIds = "$(slipway deployments list -o name 2>/dev/null)";

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// bash and zsh share the walk from the typed words to what may follow; only the ends differ.
std::string walk(const std::vector<CompletionNode>& nodes, std::string_view typed_words) {
  std::string known;
  for (const CompletionNode& node : nodes) {
    if (node.path.find(' ') == std::string::npos) continue;
    known += (known.empty() ? "" : "|") + fmt::format("\"{}\"", node.path);
  }
  std::string cases;
  for (const CompletionNode& node : nodes) {
    cases += fmt::format("    \"{}\") candidates=\"{}{}\" ;;\n", node.path, joined(node.words),
                         node.takes_deployment ? fmt::format(" {}", kIds) : "");
  }
  return fmt::format(
      "  local at=\"slipway\" word candidates=\"\"\n"
      "  for word in {}; do\n"
      "    case \"$at $word\" in\n"
      "      {}) at=\"$at $word\" ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$at\" in\n{}  esac\n",
      typed_words, known, cases);
}

std::string bash(const std::vector<CompletionNode>& nodes) {
  return "# slipway completion for bash: source <(slipway completion bash)\n_slipway() {\n" +
         walk(nodes, "\"${COMP_WORDS[@]:1:COMP_CWORD-1}\"") +
         "  COMPREPLY=($(compgen -W \"$candidates\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
         "complete -o default -F _slipway slipway\n";
}

std::string zsh(const std::vector<CompletionNode>& nodes) {
  return "#compdef slipway\n# slipway completion for zsh: source <(slipway completion zsh)\n"
         "_slipway() {\n  emulate -L zsh\n" +
         walk(nodes, "\"${(@)words[2,CURRENT-1]}\"") +
         "  compadd -- ${=candidates}\n}\n"
         "if [ \"$funcstack[1]\" = \"_slipway\" ]; then _slipway \"$@\"; else compdef _slipway "
         "slipway; "
         "fi\n";
}

std::string fish(const std::vector<CompletionNode>& nodes) {
  std::string out =
      "# slipway completion for fish: slipway completion fish | source\n"
      "function __slipway_path\n"
      "  set -l path slipway\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    if contains -- \"$path $word\" $__slipway_paths\n"
      "      set path \"$path $word\"\n"
      "    end\n"
      "  end\n"
      "  echo $path\n"
      "end\n"
      "set -g __slipway_paths";
  for (const CompletionNode& node : nodes) out += fmt::format(" '{}'", node.path);
  out += "\ncomplete -c slipway -f\n";
  for (const CompletionNode& node : nodes) {
    out += fmt::format("complete -c slipway -n \"test (__slipway_path) = '{}'\" -a '{}'\n",
                       node.path, joined(node.words));
    if (node.takes_deployment) {
      out += fmt::format(
          "complete -c slipway -n \"test (__slipway_path) = '{}'\" -a "
          "'(slipway deployments list -o name 2>/dev/null)'\n",
          node.path);
    }
  }
  return out;
}

void collect(const CLI::App& command, const std::string& path, std::vector<CompletionNode>& nodes) {
  CompletionNode node;
  node.path = path;
  const auto children = command.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* child : children) node.words.push_back(child->get_name());
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional()) {
      node.takes_deployment = node.takes_deployment || option->get_name(true) == "ID";
    }
    for (const std::string& name : option->get_lnames()) node.words.push_back("--" + name);
  }
  nodes.push_back(std::move(node));
  for (const CLI::App* child : children) {
    collect(*child, fmt::format("{} {}", path, child->get_name()), nodes);
    for (const std::string& alias : child->get_aliases()) {
      collect(*child, fmt::format("{} {}", path, alias), nodes);
    }
  }
}

}  // namespace

std::string completion_script(std::string_view shell, const std::vector<CompletionNode>& nodes) {
  if (shell == "fish") return fish(nodes);
  return shell == "zsh" ? zsh(nodes) : bash(nodes);
}

void add_completion_command(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("completion", "Print a completion script for a shell");
  const auto shell = std::make_shared<std::string>();
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(example("source <(slipway completion bash)"));
  command->callback([&app, &session, shell] {
    session.action = [&app, &session, shell]() -> Result<void> {
      std::vector<CompletionNode> nodes;
      collect(app, "slipway", nodes);
      session.outside.out(completion_script(*shell, nodes));
      return {};
    };
  });
}

}  // namespace slipway::cli
