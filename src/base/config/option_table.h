#pragma once
// Options of a program, each declared once: name, default, range and help in one line of code. The
// loader, the command line, `config print`, validation and the reference in docs/ all derive from
// this table.
//
// A table is bound to the fields of one configuration struct, which outlives it. Sources are
// applied in the order file < environment < flags, so that a later one wins; every problem is
// collected with the place it came from, and nothing is applied halfway without saying so. Main
// thread, at start.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slipway::config {

struct Option {
  std::string
      name;  // "gateway_workers": the key in the file; --gateway-workers; SLIPWAY_GATEWAY_WORKERS
  std::string range;  // for people: "0..1024", "debug|info|warn|error"; empty: free text
  std::string default_text;
  std::string help;
  std::function<Result<void>(std::string_view text)> assign;
  std::function<std::string()> current;
  std::string source = "default";  // where the present value came from
  bool is_number = false;

  std::string flag() const;         // "--gateway-workers"
  std::string environment() const;  // "SLIPWAY_GATEWAY_WORKERS"
};

class OptionTable {
 public:
  // The field's present value is the default.
  void text(std::string name, std::string& field, std::string help);
  void choice(std::string name, std::string& field, std::vector<std::string> allowed,
              std::string help);
  void number(std::string name, int64_t& field, int64_t least, int64_t most, std::string help);

  const std::vector<Option>& options() const { return options_; }
  Option* find(std::string_view name);

  // Sets one option from a source; the error names source, option, range and what was given.
  Result<void> assign(std::string_view name, std::string_view text, std::string_view source);
  // A TOML document: flat keys only. Unknown keys are errors, with the nearest known name.
  Result<void> load_toml(std::string_view document, std::string_view file_name);
  // `lookup` is getenv or a test's own.
  Result<void> load_environment(
      const std::function<std::optional<std::string>(const std::string&)>& lookup);

  // A TOML document of all values, each with its help, range, default and source as comments.
  std::string print() const;

 private:
  void add(Option option);
  Result<void> unknown(std::string_view name, std::string_view source) const;

  std::vector<Option> options_;
};

// The candidate that is closest to `word` in edits, if any is close enough to be meant.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

}  // namespace slipway::config
