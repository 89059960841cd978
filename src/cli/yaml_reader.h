#pragma once
// Reads the YAML that people write for `slipway apply`: one or many documents of maps, lists and
// plain values (YAML 1.2 core schema), each with the line on which every member stands, so that a
// fault can be pointed at. Anchors, aliases and tags are refused: they make small files huge, and
// what is meant unclear. JSON is read, too. Pure functions.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace slipway::cli {

struct YamlDocument {
  Json value;
  int line = 1;                      // where it begins
  std::map<std::string, int> lines;  // "environment[0].name" -> 7; "" is the document
};

// Documents without content are left out. kInvalid with "line 7: ..." for what cannot be read.
Result<std::vector<YamlDocument>> read_yaml(std::string_view text);

// The line of the member at `path`, else of the nearest one that holds it.
int line_of(const YamlDocument& document, std::string_view path);

}  // namespace slipway::cli
