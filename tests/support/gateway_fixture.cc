#include "support/gateway_fixture.h"

#include <unistd.h>

#include <future>
#include <sstream>
#include <stdexcept>

#include "os/reactor_kind_test.h"
#include "os/socket.h"

namespace slipway::test {
namespace {

os::UniqueFd listen_somewhere(uint16_t& port) {
  auto fd = os::listen_tcp({"127.0.0.1", 0});
  if (!fd) throw std::runtime_error(fd.error().message);
  port = os::local_port(fd->get()).value();
  return std::move(*fd);
}

std::filesystem::path make_directory() {
  std::string name = (std::filesystem::temp_directory_path() / "slipway-gateway-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  return name;
}

}  // namespace

snapshot::Route route_to(std::initializer_list<uint16_t> ports, std::string deployment) {
  return route_to(std::vector<uint16_t>(ports), std::move(deployment));
}

snapshot::Route route_to(const std::vector<uint16_t>& ports, std::string deployment) {
  snapshot::Route route;
  route.deployment = std::move(deployment);
  route.state = snapshot::RouteState::kServing;
  route.revision = 1;
  for (const uint16_t port : ports) {
    route.replicas.push_back({"replica-" + std::to_string(port), "127.0.0.1", port, "team/iris:3"});
  }
  return route;
}

snapshot::Client client_with(std::string name, std::string_view token) {
  snapshot::Client client;
  client.name = std::move(name);
  client.digest = snapshot::token_digest(token, kDigestKey);
  return client;
}

snapshot::Route private_route(snapshot::Route route, std::vector<snapshot::Client> clients) {
  route.access = snapshot::Access::kPrivate;
  route.clients = std::move(clients);
  return route;
}

GatewayFixture::GatewayFixture(const Adjust& adjust) : directory_(make_directory()) {
  listener_ = listen_somewhere(port_);
  admin_listener_ = listen_somewhere(admin_port_);
  gateway::GatewayConfig config;
  config.id = "gw-1";
  config.listen_fds = {listener_.get()};
  config.admin_fd = admin_listener_.get();
  config.control_feed = os::TcpAddress{"127.0.0.1", control_.port()};
  config.working_dir = directory_;
  // Where io_uring cannot be had, the second run shows that "auto" finds its way.
  if (os::lacks_for_test(os::reactor_kind_of_test()).empty()) {
    config.io = os::reactor_kind_of_test();
  }
  // A test that says which connection is used again must not depend on how busy the machine is.
  config.pool.idle_timeout = std::chrono::hours(1);
  if (adjust) adjust(config);
  std::promise<Result<void>> started;
  auto outcome = started.get_future();
  thread_ = std::thread([this, config, &started] {
    gateway_ = std::make_unique<gateway::Gateway>(config, Logger::silent(), clock_, random_);
    Result<void> result = gateway_->start();
    const bool good = result.has_value();
    started.set_value(std::move(result));
    if (good) gateway_->run();
    ended_ = true;
  });
  const Result<void> result = outcome.get();
  if (!result) {
    thread_.join();
    throw std::runtime_error(result.error().message);
  }
}

void GatewayFixture::end() {
  if (gateway_ == nullptr) return;
  gateway_->stop();
  thread_.join();
  gateway_.reset();
}

GatewayFixture::~GatewayFixture() {
  end();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void GatewayFixture::serve(std::vector<snapshot::Route> routes) {
  snapshot::Snapshot snapshot;
  snapshot.routes = std::move(routes);
  snapshot.digest_key = kDigestKey;
  const uint64_t version = control_.publish(std::move(snapshot));
  if (!eventually([&] { return gateway_->adopted_version() == version; })) {
    throw std::runtime_error("the gateway does not adopt the snapshot");
  }
}

double GatewayFixture::metric(const std::string& name_and_labels) const {
  Wire admin = Wire::connect_to(admin_port_);
  admin.send(get("/metrics", "Connection: close\r\n"));
  const auto page = admin.read_message();
  if (!page) throw std::runtime_error("/metrics does not answer");
  std::istringstream lines(page->body);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name_and_labels + " ")) return std::stod(line.substr(line.rfind(' ')));
  }
  return 0;
}

bool GatewayFixture::drained() {
  gateway_->drain();
  return has_ended();
}

bool GatewayFixture::has_ended() {
  return eventually([this] { return ended_.load(); });
}

}  // namespace slipway::test
