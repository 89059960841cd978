#include "api/csv.h"

namespace slipway::api {
namespace {

// What begins a formula somewhere, also behind a tab or a line end.
constexpr std::string_view kBeginsFormula = "=+-@\t\r\n";

std::string csv_cell(std::string_view text) {
  std::string out;
  if (!text.empty() && kBeginsFormula.find(text[0]) != std::string_view::npos) out += '\'';
  out += text;
  if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
  std::string quoted = "\"";
  for (const char c : out) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
  std::string out;
  for (const std::string& cell : cells) out += (&cell == &cells[0] ? "" : ",") + csv_cell(cell);
  return out + "\r\n";
}

}  // namespace slipway::api
