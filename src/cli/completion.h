#pragma once
// Completion scripts for bash, zsh and fish, made from the command tree itself, so that they never
// miss a command. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace slipway::cli {

// One command with what may follow it.
struct CompletionNode {
  std::string path;                // "slipway deployments create"
  std::vector<std::string> words;  // sub-commands and options
  bool takes_deployment = false;   // its argument is the id of a deployment
};

// "bash", "zsh" or "fish".
std::string completion_script(std::string_view shell, const std::vector<CompletionNode>& nodes);

}  // namespace slipway::cli
