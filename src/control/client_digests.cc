#include "control/client_digests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "store/settings.h"

namespace slipway::control {
namespace {

// 32 bytes, both the key and the digests.
bool read(const std::string& bytes, std::array<uint8_t, 32>& out) {
  if (bytes.size() != out.size()) return false;
  std::memcpy(out.data(), bytes.data(), out.size());
  return true;
}

}  // namespace

Result<snapshot::DigestKey> client_digest_key(store::WriteTransaction& tx, Random& random) {
  TRY_ASSIGN(const std::string bytes, store::settings::client_digest_key(tx, random));
  snapshot::DigestKey key;
  if (read(bytes, key)) return key;
  return fail(ErrorCode::kInternal, "the key of the clients' tokens has a wrong length");
}

std::string stored_digest(std::string_view token, const snapshot::DigestKey& key) {
  const snapshot::TokenDigest digest = snapshot::token_digest(token, key);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Result<snapshot::Client> routed_client(const store::ClientRow& row) {
  snapshot::Client client;
  client.name = row.name;
  bool whole = read(row.digest, client.digest);
  if (row.previous_until) {
    whole = whole && read(row.previous_digest, client.previous_digest);
    client.previous_until_micros = to_unix_micros(*row.previous_until);
  }
  if (row.expires_at) client.expires_at_micros = to_unix_micros(*row.expires_at);
  if (row.requests_per_minute) {
    client.requests_per_minute =
        static_cast<uint32_t>(std::clamp<int64_t>(*row.requests_per_minute, 1, UINT32_MAX));
  }
  if (whole && snapshot::validate(client)) return client;
  return fail(ErrorCode::kInternal,
              fmt::format("client '{}' of deployment '{}' is damaged in the store; remove it and "
                          "add it again",
                          row.name, row.deployment_id));
}

Result<std::vector<snapshot::Client>> routed_clients(store::ReadTransaction& tx,
                                                     std::string_view deployment_id) {
  TRY_ASSIGN(const auto rows, store::clients::of_deployment(tx, deployment_id));
  std::vector<snapshot::Client> out;
  for (const store::ClientRow& row : rows) {
    // A damaged one opens nothing; the others go on.
    if (auto client = routed_client(row)) out.push_back(std::move(*client));
  }
  return out;
}

}  // namespace slipway::control
