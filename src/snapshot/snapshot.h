#pragma once
// Everything a gateway must know to serve, as one value: which deployments exist, where their ready
// replicas are, and what to say about those that cannot be served. Control builds it, publishes it
// and never changes it again; gateways hold it as shared_ptr<const Snapshot>, readable from any
// thread without a lock.
//
// Holds digests of clients' tokens and the key of those digests: from them nobody can make a token,
// since each has 256 random bits, but whoever has both could tell a found token from a wrong one.
// So it travels only over the socket between our processes and lies on disk with mode 0600.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "snapshot/client.h"
#include "snapshot/digest.h"

namespace slipway::snapshot {

// A ready replica: something that answers HTTP at host:port.
inline constexpr std::string_view kReplicaSocketName = "model.sock";

struct Replica {
  std::string id;
  std::string host;  // an IPv4 or IPv6 literal (without brackets), never a name
  uint16_t port = 0;
  std::string image = {};  // what it runs, for metrics; "" when it is not known
  // It also listens at a Unix socket: a gateway of its node finds it at <id>/<kReplicaSocketName>
  // in the node's folder of such sockets. Others go to host and port.
  bool unix_socket = false;
  bool operator==(const Replica&) const = default;
};

enum class RouteState : uint8_t {
  kServing = 0,   // at least one replica
  kStopped = 1,   // by its owner's wish: 503
  kNotReady = 2,  // no replica is ready: 503
};
std::string_view to_string(RouteState state);

struct Route {
  std::string deployment;  // the id in the URL
  RouteState state = RouteState::kNotReady;
  std::string reason;     // one line for the 503 body; empty when serving
  uint64_t revision = 0;  // number of the revision that serves
  std::vector<Replica> replicas;
  uint32_t request_timeout_ms = 60'000;              // head of the answer, from the whole request
  uint64_t body_limit_bytes = 100ULL * 1024 * 1024;  // of a request; 413 above it
  uint32_t drain_ms = 30'000;                // how long requests on a replica that left may go on
  uint32_t replica_concurrency = 0;          // requests in flight per replica; 0 for no limit
  std::string prediction_path = "/predict";  // where the Seldon endpoint leads on the replica
  Access access = Access::kPublic;
  std::vector<Client> clients;  // sorted by name, unique; none on a public route
  // What each gateway lets through from all callers together; 0 for no limit.
  uint32_t requests_per_minute = 0;
  bool websocket = false;  // clients may switch a connection to WebSocket
  bool operator==(const Route&) const = default;
};

struct Snapshot {
  uint64_t version = 0;    // grows with every publication of one control store, never repeats
  std::string control_id;  // random per control store: versions compare only within it
  int64_t published_at_micros = 0;  // control's wall clock, for people; orders nothing
  DigestKey digest_key{};           // of all clients' digests; zeros only while nobody has clients
  std::vector<Route> routes;        // sorted by deployment, unique

  // By binary search; null when there is none. The pointer lives as long as the snapshot.
  const Route* find(std::string_view deployment) const;
  // Brings hand-built routes into order.
  void sort_routes();
  bool operator==(const Snapshot&) const = default;
};

// Names what is wrong with a snapshot that encode() would refuse: ids, order, addresses, limits,
// clients. A private route of which anything is wrong makes the whole snapshot worthless: better an
// old truth than an open door.
Result<void> validate(const Snapshot& snapshot);

}  // namespace slipway::snapshot
