#include "api/server_sent.h"

#include <fmt/format.h>

#include "base/json.h"

namespace slipway::api {
namespace {

constexpr int kLooksPerHeartbeat = 10;

}  // namespace

std::string server_sent(std::string_view name, std::string_view id, const Json& data) {
  std::string out;
  if (!id.empty()) out += fmt::format("id: {}\n", id);
  if (!name.empty()) out += fmt::format("event: {}\n", name);
  return out + "data: " + dump_json(data) + "\n\n";
}

std::string server_sent_position(std::string_view id) { return fmt::format("id: {}\n\n", id); }

bool Heartbeat::beat(const ByteSink& sink) {
  quiet_looks_ = (quiet_looks_ + 1) % kLooksPerHeartbeat;
  return sink(quiet_looks_ == 0 ? ": still here\n\n" : "");
}

}  // namespace slipway::api
