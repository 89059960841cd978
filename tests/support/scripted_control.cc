#include "support/scripted_control.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <list>
#include <stdexcept>

#include "http/uri.h"
#include "os/socket.h"
#include "snapshot/encoding.h"

namespace slipway::test {

ScriptedControl::ScriptedControl() {
  auto fd = os::listen_tcp({"127.0.0.1", 0});
  if (!fd) throw std::runtime_error(fd.error().message);
  port_ = os::local_port(fd->get()).value();
  listener_ = std::move(*fd);
  thread_ = std::thread([this] { serve(); });
}

ScriptedControl::~ScriptedControl() {
  ending_ = true;
  thread_.join();
}

uint64_t ScriptedControl::publish(snapshot::Snapshot snapshot) {
  const std::lock_guard lock(mutex_);
  if (snapshot.version == 0) snapshot.version = version_ + 1;
  if (snapshot.control_id.empty()) snapshot.control_id = control_id_;
  snapshot.sort_routes();
  auto encoded = snapshot::encode(snapshot);
  if (!encoded) throw std::runtime_error(encoded.error().message);
  version_ = snapshot.version;
  control_id_ = snapshot.control_id;
  encoded_ = std::move(*encoded);
  return version_;
}

void ScriptedControl::publish_bytes(uint64_t version, std::string bytes) {
  const std::lock_guard lock(mutex_);
  version_ = version;
  encoded_ = std::move(bytes);
}

std::vector<snapshot::TrafficReport> ScriptedControl::traffic() const {
  const std::lock_guard lock(mutex_);
  return traffic_;
}

snapshot::Ack ScriptedControl::acknowledged() const {
  const std::lock_guard lock(mutex_);
  return ack_;
}

void ScriptedControl::take_traffic(Wire& wire, const std::string& body) {
  const std::lock_guard lock(mutex_);
  if (refusals_.fetch_sub(1) > 0) {
    wire.send("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  auto report = snapshot::decode_traffic(body);
  if (!report) throw std::runtime_error(report.error().message);
  const bool again = std::any_of(traffic_.begin(), traffic_.end(), [&](const auto& known) {
    return known.run == report->run && known.sequence == report->sequence;
  });
  if (!again) traffic_.push_back(std::move(*report));
  if (lost_answers_.fetch_sub(1) > 0) return;
  wire.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
}

void ScriptedControl::serve() {
  struct Poll {
    Wire wire;
    uint64_t after;
    std::string control;
  };
  std::list<Poll> waiting;
  while (!ending_) {
    pollfd wait{listener_.get(), POLLIN, 0};
    if (poll(&wait, 1, 2) > 0) {
      os::UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd) continue;
      Wire wire(std::move(fd));
      const std::optional<Message> request = wire.read_message();
      if (!request) continue;  // given up for a newer poll before it was read
      if (request->start_line.starts_with("POST " + std::string(snapshot::kTrafficPath))) {
        take_traffic(wire, request->body);
        continue;
      }
      const std::string target = request->start_line.substr(4, request->start_line.rfind(' ') - 4);
      const auto query = http::QueryParameters::parse(http::split_target(target).query).value();
      const std::string control(query.find(snapshot::kControlParameter).value_or(""));
      auto ack = snapshot::parse_ack(request->field(std::string(snapshot::kGatewayHeader)), control,
                                     request->field(std::string(snapshot::kAdoptedHeader)),
                                     request->field(std::string(snapshot::kInUseHeader)),
                                     request->field(std::string(snapshot::kMetricsAtHeader)));
      if (!ack) throw std::runtime_error(ack.error().message);
      ack->leaving = request->field(std::string(snapshot::kLeavingHeader)) == "yes";
      ++polls_;
      const std::lock_guard lock(mutex_);
      ack_ = *ack;
      waiting.push_back({std::move(wire), ack->adopted_version, control});
    }
    const std::lock_guard lock(mutex_);
    for (auto it = waiting.begin(); it != waiting.end();) {
      if (!encoded_.empty() && (it->after != version_ || it->control != control_id_)) {
        it->wire.send(reply(encoded_,
                            "Content-Type: application/vnd.slipway.snapshot\r\n"
                            "Connection: close\r\n"));
        it = waiting.erase(it);
      } else {
        ++it;
      }
    }
  }
}

}  // namespace slipway::test
