#include "gateway/client_gate.h"

#include <algorithm>
#include <functional>

#include "http/authorization.h"
#include "snapshot/digest.h"

namespace slipway::gateway {
namespace {

constexpr int64_t kNever = INT64_MAX;

}  // namespace

ClientGate::ClientGate(const Clock& wall, unsigned worker)
    : wall_(wall), worker_(worker), entries_(kEntries) {
  decoded_.reserve(1024);
}

ClientGate::Entry* ClientGate::entry_of(const LocalRoute& route, std::string_view value) {
  if (value.size() > kMostBytes) return nullptr;
  const size_t hash =
      std::hash<std::string_view>{}(value) ^ std::hash<const void*>{}(&route) * 0x9E3779B97F4A7C15U;
  return &entries_[hash % kEntries];
}

ClientGate::Found ClientGate::identify(const RouteTable& table, const LocalRoute& route,
                                       std::string_view value, int64_t now_micros) {
  const auto credential = http::parse_authorization(value, decoded_);
  if (!credential) return {};
  const bool basic = credential->scheme == http::Authorization::Scheme::kBasic;
  const snapshot::TokenDigest digest =
      snapshot::token_digest(basic ? credential->password : credential->token, table.digest_key());
  Found found;
  // Every client is compared, whoever is named, so that the time tells nothing.
  for (const LocalClient& local : route.clients) {
    const snapshot::Client& client = *local.client;
    const bool named = !basic || client.name == credential->user;
    const bool present = snapshot::same_digest(digest, client.digest);
    const bool previous = snapshot::same_digest(digest, client.previous_digest);
    int64_t until = client.expires_at_micros != 0 ? client.expires_at_micros : kNever;
    if (!present) until = previous ? std::min(until, client.previous_until_micros) : 0;
    if (named && until > now_micros) found = {&local, until};
  }
  return found;
}

Admission ClientGate::check(const RouteTable& table, const LocalRoute& route,
                            const http::Fields& fields, Monotonic now) {
  using Kind = Admission::Kind;
  const std::string_view value = fields.value(http::HeaderId::kAuthorization);
  if (value.empty()) return {.kind = Kind::kMissing};
  if (fields.count(http::HeaderId::kAuthorization) != 1) return {.kind = Kind::kTwice};
  const int64_t now_micros = to_unix_micros(wall_.now());

  Found found;
  Entry* entry = entry_of(route, value);
  if (entry != nullptr && entry->sequence == table.sequence() && entry->route == &route &&
      entry->until_micros > now_micros && snapshot::same_secret(entry->value(), value)) {
    ++cached_;
    found = {entry->client, entry->until_micros};
  } else {
    found = identify(table, route, value, now_micros);
    if (found.client == nullptr) return {.kind = Kind::kUnknown};
    if (entry != nullptr) {
      entry->sequence = table.sequence();
      entry->route = &route;
      entry->client = found.client;
      entry->until_micros = found.until_micros;
      entry->size = value.copy(entry->bytes.data(), kMostBytes);
    }
  }
  const snapshot::Client& client = *found.client->client;
  Admission admission{.kind = Kind::kAdmitted, .client = client.name};
  if (client.requests_per_minute != 0) {
    admission.rate = found.client->page->rate.take(client.requests_per_minute, now);
    if (!admission.rate.allows()) return {.kind = Kind::kTooFast, .rate = admission.rate};
  }
  found.client->page->count(worker_, now_micros);
  return admission;
}

}  // namespace slipway::gateway
