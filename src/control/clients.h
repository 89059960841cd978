#pragma once
// The use cases around the clients of a deployment's private endpoint. Each checks who may (members
// of the deployment's group), and writes the change with its history and audit entry in one
// transaction; the commit wakes the reconciler, which publishes the route anew.
//
// Tokens are made here, shown once, and kept as a keyed digest only. Made once by main; any thread.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "control/deployments.h"

namespace slipway::control {

// What may be shown of a client at any time.
struct ClientView {
  std::string name;
  std::string created_by;
  Timestamp created_at{};
  std::optional<Timestamp> expires_at = {};
  std::optional<int64_t> requests_per_minute = {};  // at each gateway
  std::optional<Timestamp> last_used_at = {};       // a few seconds behind
  int64_t requests = 0;                             // admitted ones, a few seconds behind
  // The token before the last rotation holds until then; none: it does not hold.
  std::optional<Timestamp> previous_token_until = {};
  bool operator==(const ClientView&) const = default;
};

struct NewClient {
  std::string name;  // ^[a-z_][a-z0-9_-]*$, at most 64
  std::optional<Timestamp> expires_at = {};
  std::optional<int64_t> requests_per_minute = {};
};

// What is not set stays; an inner none: no expiry, no limit.
struct ClientPatch {
  std::optional<std::optional<Timestamp>> expires_at = {};
  std::optional<std::optional<int64_t>> requests_per_minute = {};
};

struct IssuedClient {
  ClientView client;
  std::string token;  // "slc_..."; not to be had a second time
};

class Clients {
 public:
  static constexpr int64_t kMostPerMinute = 1'000'000;
  static constexpr std::chrono::seconds kLongestOverlap{7 * 24 * 3600};

  virtual ~Clients() = default;

  // By name.
  virtual Result<std::vector<ClientView>> list(const Caller&, const std::string& id) = 0;
  virtual Result<ClientView> get(const Caller&, const std::string& id, const std::string& name) = 0;
  // kConflict when there is one of that name: rotate it instead.
  virtual Result<IssuedClient> add(const Caller&, const std::string& id, const NewClient&) = 0;
  virtual Result<ClientView> update(const Caller&, const std::string& id, const std::string& name,
                                    const ClientPatch&) = 0;
  virtual Result<void> remove(const Caller&, const std::string& id, const std::string& name) = 0;
  // A new token; the old one holds for `overlap` more, the one before it no longer.
  virtual Result<IssuedClient> rotate(const Caller&, const std::string& id, const std::string& name,
                                      std::chrono::seconds overlap) = 0;
};

struct ClientParts {
  store::Store& store;
  const Clock& clock;
  Random& random;
};

std::unique_ptr<Clients> make_clients(const ClientParts& parts);

}  // namespace slipway::control
