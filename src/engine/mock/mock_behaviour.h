#pragma once
// What a mock image does, read out of its own name: "mock/slow:500ms" is ready after half a second.
// The script language is described in README.md beside this file. A value; pure; any thread.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway::engine {

struct MockBehaviour {
  enum class Image { kPresent, kMissing, kUnreachable };

  Image image = Image::kPresent;
  std::chrono::milliseconds pull_time{0};  // of ensure_image()
  bool gets_ready = true;
  std::chrono::milliseconds ready_after{0};
  std::optional<std::chrono::milliseconds> exits_after;
  int exit_code = 0;
  bool out_of_memory = false;
  int crashes = -1;              // with exits_after: only the first so many starts; -1: every start
  bool ignores_sigterm = false;  // stop() takes the whole grace

  bool operator==(const MockBehaviour&) const = default;
};

// Images outside "mock/" behave as "mock/ok". kInvalid names what cannot be read in a script.
Result<MockBehaviour> parse_mock_image(std::string_view image);

}  // namespace slipway::engine
