#pragma once
// What a gateway tells control while it waits for the next snapshot, and the words both use for it:
//
//   GET /internal/v1/snapshot?after=<version>&control=<control_id>
//   slipway-gateway: <id>     slipway-adopted: <version>     slipway-in-use: <version>
//   slipway-metrics-at: <address:port>                       (only when it shows any)
//   slipway-certificates: <name>=<unix seconds>,...          (only when it serves TLS)
//   slipway-leaving: yes                                     (only when it has ended its work)
//
// answered by 200 with encode()'s bytes as soon as a version other than `after` (or another control
// id) is published, or by 204 when nothing new came within kLongPoll. Values and pure functions.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slipway::snapshot {

inline constexpr std::string_view kSnapshotPath = "/internal/v1/snapshot";
inline constexpr std::string_view kAfterParameter = "after";
inline constexpr std::string_view kControlParameter = "control";
inline constexpr std::string_view kGatewayHeader = "slipway-gateway";
inline constexpr std::string_view kAdoptedHeader = "slipway-adopted";
inline constexpr std::string_view kInUseHeader = "slipway-in-use";
inline constexpr std::string_view kMetricsAtHeader = "slipway-metrics-at";
inline constexpr std::string_view kCertificatesHeader = "slipway-certificates";
inline constexpr std::string_view kLeavingHeader = "slipway-leaving";
inline constexpr std::string_view kSnapshotContentType = "application/vnd.slipway.snapshot";
inline constexpr std::chrono::seconds kLongPoll{25};

// What a gateway serves TLS with: the first name of the certificate, and when it ends.
struct ServedCertificate {
  std::string name;     // in lower case; "" when it has none
  int64_t ends_at = 0;  // Unix seconds
  bool operator==(const ServedCertificate&) const = default;
};
// More are not told: those that end first are.
inline constexpr size_t kMostCertificates = 64;

struct Ack {
  std::string gateway_id;        // [a-z0-9-]{1,64}, chosen by the gateway, stable over its life
  std::string control_id;        // of the adopted snapshot; "" before the first
  uint64_t adopted_version = 0;  // new requests use it; 0 before the first
  // The oldest version of that control that a request in flight still uses; 0 before the first, and
  // while a request uses a snapshot of an earlier control store.
  uint64_t oldest_in_use_version = 0;
  std::string metrics_at = {};  // "127.0.0.1:9101": where its /metrics is; "" when it shows none
  std::vector<ServedCertificate> certificates = {};  // the first to end first
  bool leaving = false;  // it uses nothing any more and will not ask again: to be forgotten
  bool operator==(const Ack&) const = default;
};

// "/internal/v1/snapshot?after=7&control=k3v9": adopted_version and control_id travel here.
std::string poll_target(const Ack& ack);
// The decimal value of kAdoptedHeader or kInUseHeader.
std::string header_value(uint64_t version);

// The value of kCertificatesHeader, and back; "" is none.
std::string certificates_value(const std::vector<ServedCertificate>& certificates);
Result<std::vector<ServedCertificate>> parse_certificates(std::string_view text);

// From the decoded parts of a poll: `control`, `metrics_at` and `certificates` may be empty,
// `in_use` at most `adopted`.
Result<Ack> parse_ack(std::string_view gateway, std::string_view control, std::string_view adopted,
                      std::string_view in_use, std::string_view metrics_at,
                      std::string_view certificates = {});
// Digits only, at most 20, fits 64 bits.
Result<uint64_t> parse_version(std::string_view text);

}  // namespace slipway::snapshot
