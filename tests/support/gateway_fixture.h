#pragma once
// A real gateway in this process, between a scripted control and scripted upstreams, on free ports
// of the loopback interface and in a directory of its own.

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/gateway.h"
#include "os/fd.h"
#include "os/system_clock.h"
#include "os/system_random.h"
#include "snapshot/snapshot.h"
#include "support/scripted_control.h"
#include "support/wire.h"

namespace slipway::test {

inline constexpr const char* kPredict = "/deployment/iris/api/v1.0/predictions";

// A route named "iris" (unless told otherwise) that serves from these ports.
snapshot::Route route_to(std::initializer_list<uint16_t> ports, std::string deployment = "iris");
snapshot::Route route_to(const std::vector<uint16_t>& ports, std::string deployment = "iris");

// The key of all digests in these tests.
inline constexpr snapshot::DigestKey kDigestKey = {7, 7, 7};
// A client whose token is this.
snapshot::Client client_with(std::string name, std::string_view token);
// The same route, but for these clients only.
snapshot::Route private_route(snapshot::Route route, std::vector<snapshot::Client> clients);

// The system's, moved ahead by the test.
class MovableClock final : public Clock {
 public:
  Timestamp now() const override { return real_.now() + std::chrono::seconds(ahead_.load()); }
  Monotonic monotonic() const override { return real_.monotonic(); }
  void advance(std::chrono::seconds by) { ahead_ += by.count(); }

 private:
  os::SystemClock real_;
  std::atomic<int64_t> ahead_{0};
};

class GatewayFixture {
 public:
  using Adjust = std::function<void(gateway::GatewayConfig&)>;

  // `adjust` changes the configuration before the start.
  explicit GatewayFixture(const Adjust& adjust = {});
  ~GatewayFixture();

  uint16_t port() const { return port_; }
  uint16_t admin_port() const { return admin_port_; }
  const std::filesystem::path& directory() const { return directory_; }
  ScriptedControl& control() { return control_; }
  MovableClock& clock() { return clock_; }
  gateway::Gateway& gateway() { return *gateway_; }

  Wire client() const { return Wire::connect_to(port_); }
  // Publishes these routes and waits until all workers route by them.
  void serve(std::vector<snapshot::Route> routes);
  // The sample of /metrics that begins with `name_and_labels`; 0 when there is none.
  double metric(const std::string& name_and_labels) const;
  // Ends run() by a drain; true when that happens before the deadline.
  bool drained();
  // The same when another one goes on at its sockets: begins to, and does not wait.
  void hand_over() { gateway_->hand_over(); }
  bool has_ended();
  // Destroys the gateway; directory() is there as long as this.
  void end();

 private:
  std::filesystem::path directory_;
  ScriptedControl control_;
  os::UniqueFd listener_;
  os::UniqueFd admin_listener_;
  uint16_t port_ = 0;
  uint16_t admin_port_ = 0;
  MovableClock clock_;
  os::SystemRandom random_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace slipway::test
