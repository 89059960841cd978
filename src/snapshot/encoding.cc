#include "snapshot/encoding.h"

#include <fmt/core.h>

#include <cstring>

#include "snapshot/byte_cursor.h"
#include "snapshot/digest.h"

namespace slipway::snapshot {
namespace {

// The high byte and the line ends show at once when something treated the bytes as text.
constexpr std::string_view kMagic = "\x89SLIPSNP\r\n\x1A\n";
constexpr size_t kDigestBytes = sizeof(Digest);

enum class Section : uint16_t { kHeader = 1, kRoutes = 2 };

// Reserves a 32-bit length in front of what is appended until the end of the scope.
class LengthPrefixed {
 public:
  explicit LengthPrefixed(std::string& out) : out_(out) {
    append_number(out_, uint32_t{0});
    start_ = out_.size();
  }
  LengthPrefixed(const LengthPrefixed&) = delete;
  LengthPrefixed& operator=(const LengthPrefixed&) = delete;
  ~LengthPrefixed() {
    auto size = static_cast<uint32_t>(out_.size() - start_);
    for (size_t i = 0; i < 4; ++i, size >>= 8) {
      out_[start_ - 4 + i] = static_cast<char>(size & 0xFF);
    }
  }

 private:
  std::string& out_;
  size_t start_ = 0;
};

void append_replica(std::string& out, const Replica& replica) {
  const LengthPrefixed record(out);
  append_string(out, replica.id);
  append_string(out, replica.host);
  append_number(out, replica.port);
  append_string(out, replica.image);
  append_number(out, static_cast<uint8_t>(replica.unix_socket));
}

template <size_t kSize>
void append_bytes(std::string& out, const std::array<uint8_t, kSize>& bytes) {
  out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

void append_client(std::string& out, const Client& client) {
  const LengthPrefixed record(out);
  append_string(out, client.name);
  append_bytes(out, client.digest);
  append_bytes(out, client.previous_digest);
  append_number(out, client.previous_until_micros);
  append_number(out, client.expires_at_micros);
  append_number(out, client.requests_per_minute);
}

void append_route(std::string& out, const Route& route) {
  const LengthPrefixed record(out);
  append_string(out, route.deployment);
  append_number(out, static_cast<uint8_t>(route.state));
  append_string(out, route.reason);
  append_number(out, route.revision);
  append_number(out, route.request_timeout_ms);
  append_number(out, route.body_limit_bytes);
  append_number(out, route.drain_ms);
  append_number(out, route.replica_concurrency);
  append_string(out, route.prediction_path);
  append_number(out, static_cast<uint32_t>(route.replicas.size()));
  for (const Replica& replica : route.replicas) append_replica(out, replica);
  append_number(out, static_cast<uint8_t>(route.access));
  append_number(out, static_cast<uint32_t>(route.clients.size()));
  for (const Client& client : route.clients) append_client(out, client);
  append_number(out, route.requests_per_minute);
  append_number(out, static_cast<uint8_t>(route.websocket));
}

// A record is a cursor of its own: what a newer writer put behind the known fields is skipped.
ByteCursor take_record(ByteCursor& in) { return ByteCursor(in.take(in.number<uint32_t>())); }

bool read_replica(ByteCursor& in, Replica& replica) {
  ByteCursor record = take_record(in);
  replica.id = record.string(kMaxIdBytes);
  replica.host = record.string(kMaxIdBytes);
  replica.port = record.number<uint16_t>();
  // Older writers end before each of these.
  if (record.left() > 0) replica.image = record.string(kMaxImageBytes);
  if (record.left() > 0) replica.unix_socket = record.number<uint8_t>() == 1;
  return record.ok();
}

template <size_t kSize>
void read_bytes(ByteCursor& in, std::array<uint8_t, kSize>& bytes) {
  const std::string_view taken = in.take(kSize);
  if (taken.size() == kSize) std::memcpy(bytes.data(), taken.data(), kSize);
}

bool read_client(ByteCursor& in, Client& client) {
  ByteCursor record = take_record(in);
  client.name = record.string(kMaxClientNameBytes);
  read_bytes(record, client.digest);
  read_bytes(record, client.previous_digest);
  client.previous_until_micros = record.number<int64_t>();
  client.expires_at_micros = record.number<int64_t>();
  client.requests_per_minute = record.number<uint32_t>();
  return record.ok();
}

bool read_access(ByteCursor& record, Route& route) {
  route.access = static_cast<Access>(record.number<uint8_t>());
  const auto clients = record.number<uint32_t>();
  constexpr size_t kSmallestClient = 4 + 4 + 32 + 32 + 8 + 8 + 4;
  if (!record.ok() || clients > kMaxClientsPerRoute || clients > record.left() / kSmallestClient) {
    return false;
  }
  route.clients.resize(clients);
  for (Client& client : route.clients) {
    if (!read_client(record, client)) return false;
  }
  return true;
}

bool read_route(ByteCursor& in, Route& route) {
  ByteCursor record = take_record(in);
  route.deployment = record.string(kMaxIdBytes);
  route.state = static_cast<RouteState>(record.number<uint8_t>());
  route.reason = record.string(kMaxReasonBytes);
  route.revision = record.number<uint64_t>();
  route.request_timeout_ms = record.number<uint32_t>();
  route.body_limit_bytes = record.number<uint64_t>();
  route.drain_ms = record.number<uint32_t>();
  route.replica_concurrency = record.number<uint32_t>();
  route.prediction_path = record.string(kMaxPathBytes);
  const auto replicas = record.number<uint32_t>();
  // A count is believed only as far as the bytes behind it can hold it.
  constexpr size_t kSmallestReplica = 4 + 4 + 4 + 2;
  if (!record.ok() || replicas > kMaxReplicasPerRoute ||
      replicas > record.left() / kSmallestReplica) {
    return false;
  }
  route.replicas.resize(replicas);
  for (Replica& replica : route.replicas) {
    if (!read_replica(record, replica)) return false;
  }
  if (!read_access(record, route)) return false;
  if (record.left() == 0) return true;  // of an older writer
  route.requests_per_minute = record.number<uint32_t>();
  route.websocket = record.number<uint8_t>() == 1;
  return record.ok();
}

Failure broken(std::string_view what, size_t offset) {
  return fail(ErrorCode::kInvalid,
              fmt::format("not a usable snapshot: {} (at byte {}); ask control for a new one", what,
                          offset));
}

}  // namespace

Result<std::string> encode(const Snapshot& snapshot) {
  if (const Result<void> valid = validate(snapshot); !valid) {
    Error error = valid.error().within("snapshot");
    error.code = ErrorCode::kInternal;
    return fail(std::move(error));
  }
  std::string out;
  out.append(kMagic);
  append_number(out, kFormatVersion);
  append_number(out, uint16_t{2});
  append_number(out, static_cast<uint16_t>(Section::kHeader));
  {
    const LengthPrefixed section(out);
    append_number(out, snapshot.version);
    append_string(out, snapshot.control_id);
    append_number(out, snapshot.published_at_micros);
    append_bytes(out, snapshot.digest_key);
  }
  append_number(out, static_cast<uint16_t>(Section::kRoutes));
  {
    const LengthPrefixed section(out);
    append_number(out, static_cast<uint32_t>(snapshot.routes.size()));
    for (const Route& route : snapshot.routes) append_route(out, route);
  }
  append_bytes(out, digest_of(out));
  if (out.size() > kMaxSnapshotBytes) {
    return fail(ErrorCode::kInternal,
                fmt::format("the snapshot is larger than {} bytes", kMaxSnapshotBytes));
  }
  return out;
}

Result<Snapshot> decode(std::string_view bytes) {
  if (bytes.size() > kMaxSnapshotBytes) return broken("it is too large", kMaxSnapshotBytes);
  if (bytes.substr(0, kMagic.size()) != kMagic) return broken("it does not begin as one", 0);
  if (bytes.size() < kMagic.size() + 4 + kDigestBytes) return broken("it is cut off", bytes.size());
  const std::string_view covered = bytes.substr(0, bytes.size() - kDigestBytes);
  ByteCursor in(covered);
  in.take(kMagic.size());
  if (const auto format = in.number<uint16_t>(); format != kFormatVersion) {
    return broken(fmt::format("its format is {}, this program reads {}", format, kFormatVersion),
                  kMagic.size());
  }
  const Digest digest = digest_of(covered);
  if (std::memcmp(digest.data(), bytes.data() + covered.size(), kDigestBytes) != 0) {
    return broken("its checksum does not fit", covered.size());
  }

  Snapshot snapshot;
  bool has_header = false;
  bool has_routes = false;
  const auto sections = in.number<uint16_t>();
  uint32_t last_section = 0;
  for (uint16_t i = 0; i < sections; ++i) {
    const size_t offset = in.position();
    const auto kind = in.number<uint16_t>();
    ByteCursor section = take_record(in);
    if (!in.ok()) return broken("a section is cut off", offset);
    if (kind <= last_section) return broken("its sections are not in order", offset);
    last_section = kind;
    if (kind == static_cast<uint16_t>(Section::kHeader)) {
      has_header = true;
      snapshot.version = section.number<uint64_t>();
      snapshot.control_id = section.string(kMaxIdBytes);
      snapshot.published_at_micros = section.number<int64_t>();
      read_bytes(section, snapshot.digest_key);
      if (!section.ok()) return broken("its header is cut off", offset);
    } else if (kind == static_cast<uint16_t>(Section::kRoutes)) {
      has_routes = true;
      const auto count = section.number<uint32_t>();
      if (!section.ok() || count > kMaxRoutes) return broken("it has too many routes", offset);
      for (uint32_t k = 0; k < count; ++k) {
        if (!read_route(section, snapshot.routes.emplace_back())) {
          return broken(fmt::format("route {} is malformed", k), offset);
        }
      }
      if (!section.at_end()) return broken("bytes follow the last route", offset);
    }
  }
  if (!in.at_end()) return broken("bytes follow the last section", in.position());
  if (!has_header || !has_routes) return broken("a section is missing", in.position());
  if (const Result<void> valid = validate(snapshot); !valid) {
    return fail(valid.error().within("not a usable snapshot"));
  }
  return snapshot;
}

}  // namespace slipway::snapshot
