// gateway_bench_proxy PORT UPSTREAM_PORT DIRECTORY epoll|io_uring
//
// The gateway alone, one worker, serving deployment "bench" from a snapshot that it writes into
// DIRECTORY first: what gateway_bench measures beside nginx and HAProxy. Ends on SIGTERM.

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "gateway/gateway.h"
#include "gateway/snapshot_file.h"
#include "os/signals.h"
#include "os/socket.h"
#include "os/system_clock.h"
#include "os/system_random.h"
#include "snapshot/encoding.h"

int main(int argc, char** argv) {
  using namespace slipway;
  if (argc != 5) {
    fmt::print(stderr, "usage: gateway_bench_proxy PORT UPSTREAM_PORT DIRECTORY epoll|io_uring\n");
    return 2;
  }
  const Logger log = Logger::to_stderr(LogLevel::kWarn);
  snapshot::Snapshot snapshot;
  snapshot.version = 1;
  snapshot.control_id = "bench";
  snapshot::Route route;
  route.deployment = "bench";
  route.state = snapshot::RouteState::kServing;
  route.revision = 1;
  route.replicas.push_back({"r1", "127.0.0.1", static_cast<uint16_t>(std::atoi(argv[2]))});
  snapshot.routes.push_back(route);
  gateway::SnapshotFile(argv[3], log).save(snapshot::encode(snapshot).value());

  const auto listener = os::listen_tcp({"127.0.0.1", static_cast<uint16_t>(std::atoi(argv[1]))},
                                       {.reuse_port = true});
  if (!listener) {
    fmt::print(stderr, "{}\n", listener.error().message);
    return 1;
  }
  gateway::GatewayConfig config;
  config.listen_fds = {listener->get()};
  config.working_dir = argv[3];
  config.io =
      argv[4] == std::string_view("epoll") ? os::ReactorKind::kEpoll : os::ReactorKind::kIoUring;
  config.access_log_bytes = uint64_t{64} << 20;  // as it is by default; the peers write none
  os::SystemClock clock;
  os::SystemRandom random;
  if (!os::block_signals({SIGTERM, SIGINT})) return 1;
  return gateway::run_gateway(config, log, clock, random);
}
