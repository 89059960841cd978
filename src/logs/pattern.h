#pragma once
// What `grep` looks for: a regular expression of RE2, whose time is linear in the text, whatever
// is asked. Lines are matched one by one ('^' and '$' are a line's), also where many are searched
// at once. Immutable; any thread.

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway::logs {

class Pattern {
 public:
  static constexpr size_t kMaxLength = 1000;

  // kInvalid says what is wrong with it.
  static Result<std::shared_ptr<const Pattern>> compile(const std::string& text);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  // Where the next match in `texts` (lines with '\n' behind each) begins, at or after `from`;
  // npos: none.
  size_t find(std::string_view texts, size_t from) const;

 private:
  struct Compiled;
  explicit Pattern(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace slipway::logs
