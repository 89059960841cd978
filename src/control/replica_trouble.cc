#include "control/replica_trouble.h"

#include <fmt/format.h>

#include "domain/amounts.h"

namespace slipway::control {
namespace {

// A reason is one line; who wants more reads the log.
constexpr size_t kMostOfALine = 200;

std::string one_line(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  if (text.size() <= kMostOfALine) return std::string(text);
  size_t end = kMostOfALine;
  // Not in the middle of a UTF-8 sequence.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

// What it said last on stderr, or else at all.
std::string last_words(const std::vector<engine::LogLine>& log) {
  std::string any;
  for (auto line = log.rbegin(); line != log.rend(); ++line) {
    std::string text = one_line(line->text);
    if (text.empty()) continue;
    if (line->is_stderr) return text;
    if (any.empty()) any = std::move(text);
  }
  return any;
}

}  // namespace

std::string cause_of_exit(const engine::ObservedReplica& replica, int64_t memory_bytes,
                          const std::vector<engine::LogLine>& log) {
  if (replica.out_of_memory) {
    if (memory_bytes <= 0) return "was killed: out of memory";
    return fmt::format("was killed: out of memory (limit {})", domain::format_memory(memory_bytes));
  }
  std::string text;
  if (!replica.exit_code) {
    text = "ended";
  } else if (*replica.exit_code > 128 && *replica.exit_code < 128 + 65) {
    text =
        fmt::format("exits with code {} (signal {})", *replica.exit_code, *replica.exit_code - 128);
  } else {
    text = fmt::format("exits with code {}", *replica.exit_code);
  }
  std::string words = last_words(log);
  if (words.empty()) words = one_line(replica.detail);
  if (!words.empty()) text += ": " + words;
  return text;
}

std::vector<std::string> texts_of(const std::vector<engine::LogLine>& log) {
  std::vector<std::string> texts;
  texts.reserve(log.size());
  for (const engine::LogLine& line : log) texts.push_back(line.text);
  return texts;
}

}  // namespace slipway::control
