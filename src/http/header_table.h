#pragma once
// The header names that some part of Slipway acts on, as one enum, so that nobody compares strings
// on the request path. Any other name is HeaderId::kOther and travels as text. Compile-time data
// only: no state, any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace slipway::http {

enum class HeaderId : uint8_t {
  kOther,
  kAccept,
  kAcceptEncoding,
  kAcceptLanguage,
  kAccessControlAllowOrigin,
  kAllow,
  kAltSvc,
  kAuthorization,
  kCacheControl,
  kConnection,
  kContentDisposition,
  kContentEncoding,
  kContentLanguage,
  kContentLength,
  kContentLocation,
  kContentRange,
  kContentSecurityPolicy,
  kContentType,
  kCookie,
  kDate,
  kEtag,
  kExpect,
  kForwarded,
  kHost,
  kIdempotencyKey,
  kIfMatch,
  kIfNoneMatch,
  kKeepAlive,
  kLastEventId,
  kLastModified,
  kLink,
  kLocation,
  kOrigin,
  kProxyAuthenticate,
  kProxyAuthorization,
  kProxyConnection,
  kReferer,
  kRetryAfter,
  kSeldonPuid,
  kServer,
  kSetCookie,
  kSlipwayReplica,
  kTe,
  kTraceparent,
  kTracestate,
  kTrailer,
  kTransferEncoding,
  kUpgrade,
  kUserAgent,
  kVary,
  kVia,
  kWwwAuthenticate,
  kXContentTypeOptions,
  kXForwardedFor,
  kXForwardedHost,
  kXForwardedPrefix,
  kXForwardedProto,
  kXForwardedUser,
  kXRequestId,
  kCount
};

inline constexpr size_t kHeaderIdCount = static_cast<size_t>(HeaderId::kCount);
// Sets of ids are one machine word.
static_assert(kHeaderIdCount <= 64);

inline constexpr uint64_t header_bit(HeaderId id) { return uint64_t{1} << static_cast<int>(id); }

// Lower-case names by id; "" for kOther.
inline constexpr std::array<std::string_view, kHeaderIdCount> kHeaderNames = {
    "",
    "accept",
    "accept-encoding",
    "accept-language",
    "access-control-allow-origin",
    "allow",
    "alt-svc",
    "authorization",
    "cache-control",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-range",
    "content-security-policy",
    "content-type",
    "cookie",
    "date",
    "etag",
    "expect",
    "forwarded",
    "host",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "keep-alive",
    "last-event-id",
    "last-modified",
    "link",
    "location",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "referer",
    "retry-after",
    "seldon-puid",
    "server",
    "set-cookie",
    "slipway-replica",
    "te",
    "traceparent",
    "tracestate",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "vary",
    "via",
    "www-authenticate",
    "x-content-type-options",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-prefix",
    "x-forwarded-proto",
    "x-forwarded-user",
    "x-request-id",
};

inline constexpr std::string_view header_name(HeaderId id) {
  return kHeaderNames[static_cast<size_t>(id)];
}

inline constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

inline constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

namespace header_hash {

// So many that clang finds a seed within its limit of steps.
inline constexpr int kSlotBits = 9;
inline constexpr size_t kSlots = size_t{1} << kSlotBits;

// Length, first, middle and last byte tell all names of the table apart; `seed` is searched for
// at compile time so that no two share a slot.
inline constexpr size_t slot(std::string_view name, uint32_t seed) {
  const auto byte = [&](size_t i) { return uint32_t{static_cast<uint8_t>(name[i])} | 0x20U; };
  const size_t n = name.size();
  const uint32_t key = static_cast<uint32_t>(n) ^ (byte(0) << 6) ^ (byte(n / 2) << 13) ^
                       (byte(n - 1) << 20) ^ (byte(n - 1 - n / 4) << 2);
  return (key * seed) >> (32 - kSlotBits);
}

struct Table {
  uint32_t seed = 0;
  std::array<HeaderId, kSlots> ids = {};
};

inline constexpr Table build() {
  for (uint32_t seed = 0x9E3779B1U;; seed += 0x61C88646U) {
    Table table;
    table.seed = seed;
    bool clash = false;
    for (size_t i = 1; i < kHeaderIdCount && !clash; ++i) {
      HeaderId& id = table.ids[slot(kHeaderNames[i], seed)];
      clash = id != HeaderId::kOther;
      id = static_cast<HeaderId>(i);
    }
    if (!clash) return table;
  }
}

inline constexpr Table kTable = build();

}  // namespace header_hash

// The id of `name` in any case; kOther when it is not in the table.
inline constexpr HeaderId lookup_header(std::string_view name) {
  if (name.empty()) return HeaderId::kOther;
  const HeaderId id = header_hash::kTable.ids[header_hash::slot(name, header_hash::kTable.seed)];
  return equals_ignoring_case(header_name(id), name) ? id : HeaderId::kOther;
}

// The same for a name that is known to be a token, eight bytes at a time: no token byte becomes a
// letter, a digit or '-' by setting bit 5 but those that are one in either case.
inline HeaderId lookup_token(std::string_view token) {
  if (token.empty()) return HeaderId::kOther;
  const HeaderId id = header_hash::kTable.ids[header_hash::slot(token, header_hash::kTable.seed)];
  const std::string_view name = header_name(id);
  if (name.size() != token.size()) return HeaderId::kOther;
  constexpr uint64_t kBit5 = 0x2020202020202020U;
  const size_t size = token.size();
  if (size < 8) return equals_ignoring_case(name, token) ? id : HeaderId::kOther;
  for (size_t i = 0;; i = i + 16 <= size ? i + 8 : size - 8) {
    uint64_t a;
    uint64_t b;
    std::memcpy(&a, token.data() + i, 8);
    std::memcpy(&b, name.data() + i, 8);
    if ((a | kBit5) != b) return HeaderId::kOther;
    if (i + 8 == size) return id;
  }
}

}  // namespace slipway::http
