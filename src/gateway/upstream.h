#pragma once
// One peer that requests are proxied to, a replica or control, as one worker sees it: its address,
// how much of the worker's traffic it has in hand, and its idle connections.
//
// Worker-local; owned by the RouteDirectory (replicas) or the worker (control). It outlives the
// snapshot that introduced it for as long as a request of this worker is on it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/replica_health.h"
#include "gateway/wait_queue.h"
#include "os/reactor.h"

namespace slipway::gateway {

class UpstreamConnection;
struct DeploymentShard;
struct ModelShard;

// What a connection to an upstream speaks; HTTP/2 by prior knowledge.
enum class UpstreamProtocol : uint8_t { kHttp1, kHttp2 };
inline constexpr size_t kUpstreamProtocols = 2;

struct Upstream {
  Upstream(std::string upstream_id, os::Address where)
      : id(std::move(upstream_id)), address(std::move(where)) {}

  std::string id;
  os::Address address;
  uint32_t in_flight = 0;  // exchanges of this worker that are on it
  uint32_t tables = 0;     // adopted route tables that name it; 0 and idle means it may go
  bool leaving = false;    // no table named it when the directory looked last
  bool listed = false;     // the pool looks after its idle connections
  std::string key;         // in the directory
  std::shared_ptr<DeploymentShard> deployment;  // of a replica: where its health is counted
  std::shared_ptr<ModelShard> model;            // of a replica: where its exchanges are counted
  std::shared_ptr<WaitQueue> queue;             // of a replica with a limit: who waits for it
  ReplicaHealth health;
  // Least recently used first; those of HTTP/1.1 and those of HTTP/2.
  std::array<std::vector<UpstreamConnection*>, kUpstreamProtocols> idle;

  bool retired() const { return tables == 0; }
};

}  // namespace slipway::gateway
