#include "control/readiness_probe.h"

#include <fmt/format.h>

#include "call/connect_probe.h"
#include "os/socket_file.h"

namespace slipway::control {
namespace {

constexpr std::string_view kStatusPath = "/health/status";
constexpr std::string_view kPingPath = "/health/ping";

bool is_success(int status) { return status >= 200 && status < 300; }
// The image has no such path, or answers only POST: that says nothing about readiness.
bool is_unknown_path(int status) { return status == 404 || status == 405; }

std::string authority(const ProbeTarget& target) {
  const bool v6 = target.host.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", target.host, target.port)
            : fmt::format("{}:{}", target.host, target.port);
}

}  // namespace

ProbeOutcome HttpProber::probe(const ProbeTarget& target) {
  call::ProbedAddress address{target.host, target.port, {}};
  std::string where = fmt::format("on port {}", target.port);
  std::optional<os::SocketFile> socket;
  if (!target.unix_socket.empty()) {
    auto opened = os::SocketFile::open(target.unix_socket);
    if (!opened) return {.cause = "has just removed its Unix socket"};
    socket.emplace(*std::move(opened));
    address.unix_socket = socket->path();
    where = "at its Unix socket";
  }
  const auto get = [&](std::string_view path) {
    call::Call call;
    call.unix_socket = address.unix_socket;
    // The name of a descriptor leads elsewhere next time.
    call.fresh_connection = socket.has_value();
    call.url = fmt::format("http://{}{}", authority(target), path);
    call.connect_timeout = target.timeout;
    call.total_timeout = target.timeout;
    call.max_response_bytes = 64 * 1024;
    call.headers = {{"user-agent", "slipway-probe"}};
    return client_.send(call);
  };

  std::string path = target.path.value_or(std::string(kStatusPath));
  Result<call::Answer> answer = get(path);
  if (answer && !target.path && is_unknown_path(answer->status)) {
    path = kPingPath;
    answer = get(path);
    // It speaks HTTP on its port and has no health path at all: accepting is all it can tell.
    if (answer && is_unknown_path(answer->status)) return {.ready = true};
  }
  if (answer) {
    if (is_success(answer->status)) return {.ready = true};
    return {.cause = fmt::format("answers {} on {}", answer->status, path)};
  }
  if (answer.error().code == ErrorCode::kDeadline) {
    return {.slow = true,
            .cause =
                fmt::format("does not answer {} within {}", path, format_duration(target.timeout))};
  }
  // Longer than anybody reads, but an answer: its status was not the problem.
  if (answer.error().code == ErrorCode::kTooLarge) {
    return {.cause = fmt::format("answers {} with more than 64 KiB", path)};
  }
  // A server of gRPC has no path to ask for.
  if (!target.path && call::http2_probe(address, target.timeout)) {
    return {.ready = true};
  }
  if (call::connect_probe(address, target.timeout)) {
    return {.cause = fmt::format("accepts connections {} but does not speak HTTP there", where)};
  }
  return {.cause = fmt::format("does not listen {}", where)};
}

}  // namespace slipway::control
