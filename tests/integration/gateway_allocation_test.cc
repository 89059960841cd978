// After warm-up a request allocates nothing, anywhere in the process: the gateway, its client and
// its upstream run here, and the latter two are written so that they allocate nothing themselves.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <thread>

#include "os/socket.h"
#include "support/gateway_fixture.h"

namespace {
std::atomic<bool> counting{false};
std::atomic<uint64_t> allocations{0};

void* counted(std::size_t size) {
  if (counting.load(std::memory_order_relaxed)) allocations.fetch_add(1);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
}  // namespace

// Not inlined, or the compiler sees free() meet a pointer of new and takes it for a mistake.
[[gnu::noinline]] void* operator new(std::size_t size) { return counted(size); }
[[gnu::noinline]] void* operator new[](std::size_t size) { return counted(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace slipway::test {
namespace {

constexpr std::string_view kRequest =
    "POST /deployment/iris/api/v1.0/predictions HTTP/1.1\r\nHost: front\r\n"
    "Content-Type: application/json\r\nContent-Length: 16\r\n\r\n0123456789abcdef";
constexpr std::string_view kPrivateRequest =
    "POST /deployment/iris/api/v1.0/predictions HTTP/1.1\r\nHost: front\r\n"
    "Authorization: Bearer slc_token\r\n"
    "Content-Type: application/json\r\nContent-Length: 16\r\n\r\n0123456789abcdef";
constexpr std::string_view kReply =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n[42]";

// Answers each read of its one connection at a time; all requests fit one segment.
class PlainUpstream {
 public:
  PlainUpstream() {
    listener_ = os::listen_tcp({"127.0.0.1", 0}).value();
    port_ = os::local_port(listener_.get()).value();
    thread_ = std::thread([this] { serve(); });
  }
  ~PlainUpstream() {
    ending_ = true;
    thread_.join();
  }
  uint16_t port() const { return port_; }

 private:
  void serve() {
    os::UniqueFd connection;
    char buffer[4096];
    while (!ending_) {
      pollfd wait{connection ? connection.get() : listener_.get(), POLLIN, 0};
      if (poll(&wait, 1, 10) <= 0) continue;
      if (!connection) {
        connection.reset(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        continue;
      }
      if (recv(connection.get(), buffer, sizeof buffer, 0) <= 0) {
        connection.reset();
        continue;
      }
      send(connection.get(), kReply.data(), kReply.size(), MSG_NOSIGNAL);
    }
  }

  os::UniqueFd listener_;
  uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

// One request and its whole answer; the answer ends with the model's body.
bool cycle(int fd, std::string_view request) {
  char buffer[4096];
  size_t size = 0;
  if (!request.empty() && send(fd, request.data(), request.size(), MSG_NOSIGNAL) < 0) return false;
  for (;;) {
    pollfd wait{fd, POLLIN, 0};
    if (poll(&wait, 1, 10'000) <= 0) return false;
    const ssize_t n = recv(fd, buffer + size, sizeof buffer - size, 0);
    if (n <= 0) return false;
    size += static_cast<size_t>(n);
    if (std::string_view(buffer, size).ends_with("\r\n\r\n[42]")) break;
  }
  return std::string_view(buffer, size).starts_with("HTTP/1.1 200 ");
}

// Two at once, of which one waits for the other: the replica takes one at a time.
bool cycle_both(int one, int other, std::string_view request) {
  if (send(one, request.data(), request.size(), MSG_NOSIGNAL) < 0) return false;
  return cycle(other, request) && cycle(one, {});
}

void expect_no_allocation(bool private_access, std::string_view request, bool limited = false) {
  PlainUpstream model;
  GatewayFixture gateway([](gateway::GatewayConfig& config) {
    config.report_period = std::chrono::hours(1);
    config.access_log_bytes = uint64_t{1} << 30;
  });
  snapshot::Route route = route_to({model.port()});
  if (private_access) {
    route = private_route(route, {client_with("bot", "slc_token")});
    route.requests_per_minute = route.clients[0].requests_per_minute = 1'000'000'000;
  }
  if (limited) route.replica_concurrency = 1;
  gateway.serve({route});
  // The feed settles: its polls allocate, and none is due for seconds afterwards.
  ASSERT_TRUE(eventually([&] { return gateway.control().acknowledged().adopted_version == 1; }));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(gateway.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  os::UniqueFd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  os::UniqueFd other(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(connect(other.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const auto ask = [&] {
    return limited ? cycle_both(client.get(), other.get(), request) : cycle(client.get(), request);
  };
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(ask());

  // Polling for snapshots lives on another thread and has its own pace: only a round that no poll
  // met is judged.
  for (int attempt = 0;; ++attempt) {
    const uint64_t polls = gateway.control().polls();
    allocations = 0;
    counting = true;
    bool good = true;
    for (int i = 0; i < 500 && good; ++i) good = ask();
    counting = false;
    ASSERT_TRUE(good);
    if (allocations == 0) break;
    if (gateway.control().polls() != polls && attempt < 5) continue;
    FAIL() << allocations << " allocations in 500 requests";
  }
  if (!limited) return;
  EXPECT_GT(gateway.metric("slipway_gateway_queue_seconds_count{deployment_name=\"iris\"}"), 0);
}

TEST(GatewayAllocation, a_warm_request_allocates_nothing) { expect_no_allocation(false, kRequest); }

TEST(GatewayAllocation, a_warm_request_of_a_client_that_is_held_to_rates_allocates_nothing) {
  expect_no_allocation(true, kPrivateRequest);
}

TEST(GatewayAllocation, a_warm_request_that_waits_for_a_replica_allocates_nothing) {
  expect_no_allocation(false, kRequest, true);
}

}  // namespace
}  // namespace slipway::test
