#pragma once
// What a gateway counted, as it tells control every few seconds and when it ends:
//
//   POST /internal/v1/traffic?age_ms=<since the period ended>       encode_traffic()'s bytes
//
// answered by 204 when it is kept. A report holds what was counted since the one before it. It is
// sent again, byte for byte and under its sequence number, until it is answered so; control applies
// each number of a run once, so that a lost answer counts nothing twice. What comes meanwhile waits
// for the next report, whose period is longer. Periods are durations: no clock of a gateway is
// trusted. Values and pure functions; docs/metrics.md has the format.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slipway::snapshot {

inline constexpr std::string_view kTrafficPath = "/internal/v1/traffic";
inline constexpr std::string_view kAgeParameter = "age_ms";
inline constexpr std::string_view kTrafficContentType = "application/vnd.slipway.traffic";
inline constexpr uint16_t kTrafficVersion = 1;
// A gateway begins another report beyond this, so that all fit what control takes for a body.
inline constexpr size_t kRoomyTrafficBytes = 512 * 1024;
inline constexpr size_t kMaxTrafficBytes = 1024 * 1024;

// Those of telemetry/histogram.h, not cumulative; the last one is everything above.
inline constexpr size_t kTrafficBuckets = 21;

using Durations = std::array<uint64_t, kTrafficBuckets>;

// kOther: feedback, and whatever else is no prediction.
enum class TrafficService : uint8_t { kPredictions, kOther };

// Requests that were asked for and ended alike.
struct CodeTraffic {
  TrafficService service = TrafficService::kPredictions;
  uint16_t code = 0;  // of HTTP
  Durations durations{};
  bool operator==(const CodeTraffic&) const = default;
};

struct DeploymentTraffic {
  std::string deployment;
  int64_t in_flight = 0;  // now
  uint64_t received_bytes = 0;
  uint64_t sent_bytes = 0;
  std::vector<CodeTraffic> requests = {};  // by what the caller was told
  bool operator==(const DeploymentTraffic&) const = default;
};

struct ModelTraffic {
  std::string deployment;
  std::string image;
  uint64_t feedback = 0;
  double rewards = 0;                       // of those from 0 up
  double negative_rewards = 0;              // without their sign
  std::vector<CodeTraffic> exchanges = {};  // by what the replica answered
  bool operator==(const ModelTraffic&) const = default;
};

struct ClientTraffic {
  std::string deployment;
  std::string client;
  uint64_t requests = 0;
  int64_t last_used_micros = 0;  // Unix, UTC: shown, and never compared with our own clock
  bool operator==(const ClientTraffic&) const = default;
};

struct TrafficReport {
  std::string gateway;
  std::string run;        // another one after each start
  uint64_t sequence = 0;  // from 1, without gaps
  std::chrono::milliseconds period{0};
  // The period in the first of the reports about it, 0 in those that hold what did not fit there.
  std::chrono::milliseconds covered{0};
  std::vector<DeploymentTraffic> deployments = {};
  std::vector<ModelTraffic> models = {};
  std::vector<ClientTraffic> clients = {};
  bool operator==(const TrafficReport&) const = default;
};

std::string encode_traffic(const TrafficReport& report);

// kInvalid, with the offset, for whatever encode_traffic() did not write.
Result<TrafficReport> decode_traffic(std::string_view bytes);

}  // namespace slipway::snapshot
