#pragma once
// Between the digests that the store keeps as bytes and those of a snapshot. Pure but for the
// transactions.

#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "snapshot/client.h"
#include "snapshot/digest.h"
#include "store/clients.h"
#include "store/transaction.h"

namespace slipway::control {

// The installation's key; made on the first call.
Result<snapshot::DigestKey> client_digest_key(store::WriteTransaction& tx, Random& random);

std::string stored_digest(std::string_view token, const snapshot::DigestKey& key);

// As gateways get it. kInternal when the row holds no digest: then nothing may be published of it.
Result<snapshot::Client> routed_client(const store::ClientRow& row);

// All clients of a deployment, by name.
Result<std::vector<snapshot::Client>> routed_clients(store::ReadTransaction& tx,
                                                     std::string_view deployment_id);

}  // namespace slipway::control
