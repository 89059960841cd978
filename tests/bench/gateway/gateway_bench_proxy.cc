// gateway_bench_proxy PORT TLS_PORT UPSTREAM_PORT DIRECTORY epoll|io_uring TOKEN DEPLOYMENTS
// WORKERS
//
// The gateway alone, serving the private deployments "bench", "bench-1" … to one
// client, whose rate it checks, from a snapshot that it writes into DIRECTORY first;
// certificate.pem and key.pem are there. What gateway_bench measures beside its peers. Ends on
// SIGTERM.

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/gateway.h"
#include "gateway/snapshot_file.h"
#include "os/message_pair.h"
#include "os/signals.h"
#include "os/socket.h"
#include "os/system_clock.h"
#include "os/system_random.h"
#include "snapshot/client.h"
#include "snapshot/digest.h"
#include "snapshot/encoding.h"
#include "tls/certificate_message.h"

namespace {

uint16_t port_of(const char* text) { return static_cast<uint16_t>(std::atoi(text)); }

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

int main(int argc, char** argv) {
  using namespace slipway;
  if (argc != 9) {
    fmt::print(
        stderr,
        "usage: gateway_bench_proxy PORT TLS_PORT UPSTREAM_PORT|SOCKETS/r1/model.sock DIRECTORY "
        "epoll|io_uring TOKEN DEPLOYMENTS WORKERS\n");
    return 2;
  }
  const std::filesystem::path folder = argv[4];
  const Logger log = Logger::to_stderr(LogLevel::kWarn);
  snapshot::Snapshot snapshot;
  snapshot.version = 1;
  snapshot.control_id = "bench";
  snapshot::Route route;
  route.deployment = "bench";
  route.state = snapshot::RouteState::kServing;
  route.revision = 1;
  const bool local = argv[3][0] == '/';
  const uint16_t upstream_port = local ? uint16_t{1} : port_of(argv[3]);
  route.replicas.push_back(
      {.id = "r1", .host = "127.0.0.1", .port = upstream_port, .unix_socket = local});
  snapshot.digest_key = {1};
  route.access = snapshot::Access::kPrivate;
  snapshot::Client client;
  client.name = "bench";
  client.digest = snapshot::token_digest(argv[6], snapshot.digest_key);
  client.requests_per_minute = 1'000'000'000;
  route.clients.push_back(client);
  snapshot.routes.push_back(route);
  for (int i = 1; i < std::atoi(argv[7]); ++i) {
    route.deployment = fmt::format("bench-{}", i);
    snapshot.routes.push_back(route);
  }
  snapshot.sort_routes();
  gateway::SnapshotFile(folder, log).save(snapshot::encode(snapshot).value());

  // One a worker, as slipwayd has it.
  std::vector<os::UniqueFd> listeners;
  for (int i = 0; i < std::atoi(argv[8]); ++i) {
    auto listener = os::listen_tcp({"127.0.0.1", port_of(argv[1])}, {.reuse_port = true});
    if (!listener) {
      fmt::print(stderr, "{}\n", listener.error().message);
      return 1;
    }
    listeners.push_back(std::move(*listener));
  }
  const auto tls = os::listen_tcp({"127.0.0.1", port_of(argv[2])}, {.reuse_port = true});
  if (!tls) {
    fmt::print(stderr, "{}\n", tls.error().message);
    return 1;
  }
  const os::MessagePair certificates = std::move(*os::make_message_pair());
  const auto sent = os::send_message(certificates.sender.get(),
                                     tls::encode_certificates({{text_of(folder / "certificate.pem"),
                                                                text_of(folder / "key.pem")}}));
  if (!sent) {
    fmt::print(stderr, "{}\n", sent.error().message);
    return 1;
  }
  gateway::GatewayConfig config;
  config.workers = static_cast<unsigned>(listeners.size());
  for (const os::UniqueFd& listener : listeners) config.listen_fds.push_back(listener.get());
  config.tls_fds = {tls->get()};
  config.certificates_fd = certificates.receiver.get();
  config.working_dir = folder;
  config.replica_sockets = folder / "sockets";
  config.io =
      argv[5] == std::string_view("epoll") ? os::ReactorKind::kEpoll : os::ReactorKind::kIoUring;
  config.access_log_bytes = uint64_t{64} << 20;  // as it is by default; the peers write none
  os::SystemClock clock;
  os::SystemRandom random;
  if (!os::block_signals({SIGTERM, SIGINT})) return 1;
  return gateway::run_gateway(config, log, clock, random);
}
