#include "handover.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "os/replace_process.h"

namespace slipway::app {
namespace {

constexpr std::string_view kForm = "1";

Failure not_understood(std::string_view word) {
  return fail(ErrorCode::kInvalid,
              fmt::format("{}: '{}' is not understood", kHandoverVariable, word));
}

struct Numbered {
  int number = 0;
  std::string name;
};

// "5:front", or "5" alone.
std::optional<Numbered> parse_numbered(std::string_view text) {
  Numbered out;
  const size_t colon = std::min(text.find(':'), text.size());
  const char* const end = text.data() + colon;
  const auto [at, error] = std::from_chars(text.data(), end, out.number);
  if (error != std::errc() || at != end || out.number < 0) return std::nullopt;
  if (colon < text.size()) out.name = text.substr(colon + 1);
  return out;
}

Result<void> take_word(std::string_view word, Handover& into) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos) return not_understood(word);
  const std::string_view key = word.substr(0, equals);
  auto value = parse_numbered(word.substr(equals + 1));
  if (!value || (key != "control" && value->name.empty())) return not_understood(word);
  if (key == "fd") {
    into.fds.push_back({value->number, std::move(value->name)});
  } else if (key == "gateway") {
    into.gateway = HandedGateway{value->number, std::move(value->name)};
  } else if (key == "leaving") {
    into.leaving.push_back({value->number, std::move(value->name)});
  } else if (key == "control") {
    into.control = value->number;
  } else {
    return not_understood(word);
  }
  return {};
}

}  // namespace

std::string encode(const Handover& handover) {
  std::string text(kForm);
  for (const HandedFd& one : handover.fds) text += fmt::format(" fd={}:{}", one.fd, one.name);
  if (handover.gateway) {
    text += fmt::format(" gateway={}:{}", handover.gateway->pid, handover.gateway->id);
  }
  for (const HandedGateway& one : handover.leaving) {
    text += fmt::format(" leaving={}:{}", one.pid, one.id);
  }
  if (handover.control != 0) text += fmt::format(" control={}", handover.control);
  return text;
}

Result<Handover> decode_handover(std::string_view text) {
  Handover handover;
  bool first = true;
  while (!text.empty()) {
    const size_t space = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
    if (first && word != kForm) return not_understood(word);
    if (!first) TRY(take_word(word, handover));
    first = false;
  }
  if (first) return not_understood("");
  return handover;
}

std::string free_gateway_id(const std::vector<std::string>& taken) {
  std::string id = "gateway";
  for (int number = 2; std::find(taken.begin(), taken.end(), id) != taken.end(); ++number) {
    id = fmt::format("gateway-{}", number);
  }
  return id;
}

Result<std::optional<Handover>> take_handover() {
  const char* const value = std::getenv(kHandoverVariable);
  if (value == nullptr) return std::optional<Handover>();
  const std::string text = value;
  ::unsetenv(kHandoverVariable);
  TRY_ASSIGN(Handover handover, decode_handover(text));
  for (const HandedFd& one : handover.fds) TRY(os::close_on_exec(one.fd));
  return std::optional<Handover>(std::move(handover));
}

}  // namespace slipway::app
