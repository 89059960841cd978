#pragma once
// Server-sent events (WHATWG HTML §9.2) as bytes, and the beat that keeps a quiet stream open. Used
// by one stream; one thread.

#include <chrono>
#include <string>
#include <string_view>

#include "api/request.h"
#include "base/json_fwd.h"

namespace slipway::api {

// A reader that left, and a credential that ended, are noticed within this time.
inline constexpr std::chrono::milliseconds kLookForReader{1'000};

// `id` and `name` may be empty.
std::string server_sent(std::string_view name, std::string_view id, const Json& data);
// Nothing to see, but where to resume from.
std::string server_sent_position(std::string_view id);

class Heartbeat {
 public:
  // After each quiet kLookForReader; false: nobody reads any more.
  bool beat(const ByteSink& sink);

 private:
  int quiet_looks_ = 0;
};

}  // namespace slipway::api
