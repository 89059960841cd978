#include "logs/pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <utility>

namespace slipway::logs {
namespace {

// Of the automaton; a pattern that needs more is refused or searched more slowly, never in more
// memory.
constexpr int64_t kMemory = int64_t{8} * 1024 * 1024;

}  // namespace

struct Pattern::Compiled {
  Compiled(const std::string& text, const re2::RE2::Options& options) : regex(text, options) {}
  re2::RE2 regex;
  std::string literal;  // when the pattern is nothing but these bytes
};

Pattern::Pattern(std::unique_ptr<Compiled> compiled) : compiled_(std::move(compiled)) {}
Pattern::~Pattern() = default;

Result<std::shared_ptr<const Pattern>> Pattern::compile(const std::string& text) {
  const auto refuse = [](std::string message) {
    return fail(ErrorCode::kInvalid, std::move(message));
  };
  if (text.size() > kMaxLength) {
    return refuse(fmt::format("must have at most {} bytes; it has {}", kMaxLength, text.size()));
  }
  // In many lines at once they would mean the ends of all of them.
  for (const std::string_view whole : {"\\A", "\\z", "\\C"}) {
    if (text.find(whole) != std::string::npos) {
      return refuse(fmt::format("'{}' is not allowed; '^' and '$' are a line's ends", whole));
    }
  }
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_nl(true);
  options.set_max_mem(kMemory);
  auto compiled = std::make_unique<Compiled>("(?m:" + text + ")", options);
  if (!compiled->regex.ok()) {
    return refuse(fmt::format("is no regular expression (RE2): {}", compiled->regex.error()));
  }
  if (re2::RE2::QuoteMeta(text) == text) compiled->literal = text;
  return std::shared_ptr<const Pattern>(new Pattern(std::move(compiled)));
}

size_t Pattern::find(std::string_view texts, size_t from) const {
  if (!compiled_->literal.empty()) return texts.find(compiled_->literal, from);
  re2::StringPiece match;
  const re2::StringPiece all(texts.data(), texts.size());
  if (!compiled_->regex.Match(all, from, texts.size(), re2::RE2::UNANCHORED, &match, 1)) {
    return std::string_view::npos;
  }
  return static_cast<size_t>(match.data() - texts.data());
}

}  // namespace slipway::logs
