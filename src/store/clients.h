#pragma once
// The table of clients of private endpoints: digests only, never a token. What gateways must know
// of a change is told to the change feed as a change of the deployment; what they report back
// (requests, last use) is not.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace slipway::store {

struct ClientRow {
  std::string deployment_id;
  std::string name;
  std::string digest;           // raw bytes
  std::string previous_digest;  // of the token before a rotation; "": none
  std::optional<Timestamp> previous_until = {};
  std::string created_by = {};
  Timestamp created_at{};
  std::optional<Timestamp> expires_at = {};
  std::optional<int64_t> requests_per_minute = {};
  std::optional<Timestamp> last_used_at = {};
  int64_t requests = 0;
  bool operator==(const ClientRow&) const = default;
};

}  // namespace slipway::store

namespace slipway::store::clients {

// By name.
Result<std::vector<ClientRow>> of_deployment(ReadTransaction& tx, std::string_view deployment_id);
Result<std::optional<ClientRow>> find(ReadTransaction& tx, std::string_view deployment_id,
                                      std::string_view name);
// kConflict when the deployment has a client of that name.
Result<void> insert(WriteTransaction& tx, const ClientRow& client);
// Digests, expiry and rate. kNotFound when it is not there.
Result<void> update(WriteTransaction& tx, const ClientRow& client);
// true: it was there.
Result<bool> remove(WriteTransaction& tx, std::string_view deployment_id, std::string_view name);

// Adds requests, also to those of their month (client_requests.h), and moves the last use forward,
// never back; false, and nothing done, when the client is gone.
Result<bool> add_use(WriteTransaction& tx, std::string_view deployment_id, std::string_view name,
                     int64_t requests, Timestamp last_used_at);

}  // namespace slipway::store::clients
