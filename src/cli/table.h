#pragma once
// Columns of text for people: as wide as their widest cell, two blanks between, none at the end.
// Control characters of cells are replaced, so that nothing from a server drives the terminal.

#include <string>
#include <string_view>
#include <vector>

namespace slipway::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> headings);
  void add(std::vector<std::string> cells);  // as many as headings
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// The text with control characters as '?'; `keep_lines` leaves line ends and tabs.
std::string printable(std::string_view text, bool keep_lines = false);

// At most so many characters from the beginning of UTF-8 text.
std::string_view first_characters(std::string_view text, size_t count);

}  // namespace slipway::cli
