#include "engine/mock/mock_behaviour.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>

namespace slipway::engine {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kPrefix = "mock/";

Failure unreadable(std::string_view image, std::string_view why) {
  return fail(ErrorCode::kInvalid,
              fmt::format("mock image '{}': {}; see src/engine/mock/README.md", image, why));
}

// A whole number at the front of `text`, which is moved past it.
std::optional<int64_t> take_number(std::string_view& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0 || value > 1'000'000'000) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

// "500ms", "2s", "1m".
std::optional<milliseconds> parse_time(std::string_view text) {
  const auto number = take_number(text);
  if (!number) return std::nullopt;
  if (text == "ms") return milliseconds(*number);
  if (text == "s") return std::chrono::seconds(*number);
  if (text == "m") return std::chrono::minutes(*number);
  return std::nullopt;
}

std::optional<int> parse_count(std::string_view text) {
  const auto number = take_number(text);
  if (!number || !text.empty()) return std::nullopt;
  return static_cast<int>(*number);
}

}  // namespace

Result<MockBehaviour> parse_mock_image(std::string_view image) {
  MockBehaviour behaviour;
  if (!image.starts_with(kPrefix)) return behaviour;

  std::string_view verb = image.substr(kPrefix.size());
  std::string_view argument;
  if (const size_t colon = verb.find(':'); colon != std::string_view::npos) {
    argument = verb.substr(colon + 1);
    verb = verb.substr(0, colon);
  }
  const auto time = parse_time(argument);
  const auto count = parse_count(argument);

  if (verb == "ok") return behaviour;
  if (verb == "missing") {
    behaviour.image = MockBehaviour::Image::kMissing;
    return behaviour;
  }
  if (verb == "unreachable") {
    behaviour.image = MockBehaviour::Image::kUnreachable;
    return behaviour;
  }
  if (verb == "never-ready" || verb == "hang") {
    behaviour.gets_ready = false;
    behaviour.ignores_sigterm = verb == "hang";
    return behaviour;
  }
  if (verb == "slow" || verb == "pull") {
    if (!time) return unreadable(image, "wants a time such as 500ms or 2s after the colon");
    (verb == "slow" ? behaviour.ready_after : behaviour.pull_time) = *time;
    return behaviour;
  }
  if (verb == "crash" || verb == "exit" || verb == "exit-after" || verb == "oom") {
    behaviour.exits_after = milliseconds(0);
    behaviour.exit_code = 1;
    if (verb == "crash") {
      if (!argument.empty() && !count) return unreadable(image, "wants a number of crashes");
      if (count) behaviour.crashes = *count;
    } else if (verb == "exit") {
      if (!count || *count > 255) return unreadable(image, "wants an exit code from 0 to 255");
      behaviour.exit_code = *count;
    } else if (verb == "exit-after") {
      if (!time) return unreadable(image, "wants a time such as 500ms or 2s after the colon");
      behaviour.exits_after = *time;
    } else {
      behaviour.out_of_memory = true;
      behaviour.exit_code = 137;
    }
    return behaviour;
  }
  return unreadable(image, "there is no such behaviour");
}

}  // namespace slipway::engine
