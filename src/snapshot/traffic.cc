#include "snapshot/traffic.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "snapshot/byte_cursor.h"
#include "snapshot/encoding.h"

namespace slipway::snapshot {
namespace {

constexpr std::string_view kMagic = "\x89SLIPTRF\r\n\x1A\n";
// A period beyond is cut: nothing is kept for longer.
constexpr uint64_t kLongestMillis = uint64_t{31} * 24 * 3600 * 1000;

void append_codes(std::string& out, const std::vector<CodeTraffic>& codes) {
  append_number(out, static_cast<uint16_t>(codes.size()));
  for (const CodeTraffic& code : codes) {
    append_number(out, static_cast<uint8_t>(code.service));
    append_number(out, code.code);
    const auto empty = std::count(code.durations.begin(), code.durations.end(), uint64_t{0});
    append_number(out, static_cast<uint8_t>(kTrafficBuckets - static_cast<size_t>(empty)));
    for (size_t i = 0; i < kTrafficBuckets; ++i) {
      if (code.durations[i] == 0) continue;
      append_number(out, static_cast<uint8_t>(i));
      append_number(out, code.durations[i]);
    }
  }
}

bool read_durations(ByteCursor& in, Durations& durations) {
  const auto used = in.number<uint8_t>();
  int last = -1;
  for (uint8_t i = 0; i < used; ++i) {
    const auto bucket = in.number<uint8_t>();
    const auto count = in.number<uint64_t>();
    if (!in.ok() || bucket <= last || bucket >= kTrafficBuckets || count == 0) return false;
    durations.at(bucket) = count;
    last = bucket;
  }
  return in.ok();
}

bool read_codes(ByteCursor& in, std::vector<CodeTraffic>& codes) {
  const auto count = in.number<uint16_t>();
  for (uint16_t i = 0; i < count; ++i) {
    CodeTraffic& code = codes.emplace_back();
    const auto service = in.number<uint8_t>();
    code.service = static_cast<TrafficService>(service);
    code.code = in.number<uint16_t>();
    if (service > 1 || !read_durations(in, code.durations)) return false;
  }
  return in.ok();
}

bool read_row(ByteCursor& in, DeploymentTraffic& row) {
  row.deployment = in.string(kMaxIdBytes);
  row.in_flight = in.number<int64_t>();
  row.received_bytes = in.number<uint64_t>();
  row.sent_bytes = in.number<uint64_t>();
  return read_codes(in, row.requests) && row.in_flight >= 0;
}

bool read_row(ByteCursor& in, ModelTraffic& row) {
  row.deployment = in.string(kMaxIdBytes);
  row.image = in.string(kMaxImageBytes);
  row.feedback = in.number<uint64_t>();
  row.rewards = std::bit_cast<double>(in.number<uint64_t>());
  row.negative_rewards = std::bit_cast<double>(in.number<uint64_t>());
  return read_codes(in, row.exchanges) && std::isfinite(row.rewards) &&
         std::isfinite(row.negative_rewards);
}

bool read_row(ByteCursor& in, ClientTraffic& row) {
  row.deployment = in.string(kMaxIdBytes);
  row.client = in.string(kMaxIdBytes);
  row.requests = in.number<uint64_t>();
  row.last_used_micros = in.number<int64_t>();
  return in.ok();
}

// Stops at the first row that is not there, so a count costs no memory that the bytes do not back.
template <typename Row>
bool read_rows(ByteCursor& in, std::vector<Row>& rows) {
  const auto count = in.number<uint32_t>();
  for (uint32_t i = 0; i < count; ++i) {
    if (!in.ok() || !read_row(in, rows.emplace_back())) return false;
  }
  return in.ok();
}

}  // namespace

std::string encode_traffic(const TrafficReport& report) {
  std::string out(kMagic);
  append_number(out, kTrafficVersion);
  append_string(out, report.gateway);
  append_string(out, report.run);
  append_number(out, report.sequence);
  append_number(out, static_cast<uint64_t>(report.period.count()));
  append_number(out, static_cast<uint64_t>(report.covered.count()));
  append_number(out, static_cast<uint32_t>(report.deployments.size()));
  for (const DeploymentTraffic& row : report.deployments) {
    append_string(out, row.deployment);
    append_number(out, row.in_flight);
    append_number(out, row.received_bytes);
    append_number(out, row.sent_bytes);
    append_codes(out, row.requests);
  }
  append_number(out, static_cast<uint32_t>(report.models.size()));
  for (const ModelTraffic& row : report.models) {
    append_string(out, row.deployment);
    append_string(out, row.image);
    append_number(out, row.feedback);
    append_number(out, std::bit_cast<uint64_t>(row.rewards));
    append_number(out, std::bit_cast<uint64_t>(row.negative_rewards));
    append_codes(out, row.exchanges);
  }
  append_number(out, static_cast<uint32_t>(report.clients.size()));
  for (const ClientTraffic& row : report.clients) {
    append_string(out, row.deployment);
    append_string(out, row.client);
    append_number(out, row.requests);
    append_number(out, row.last_used_micros);
  }
  return out;
}

Result<TrafficReport> decode_traffic(std::string_view bytes) {
  ByteCursor in(bytes);
  if (in.take(kMagic.size()) != kMagic) {
    return fail(ErrorCode::kInvalid, "the body is no traffic report of a gateway");
  }
  const auto version = in.number<uint16_t>();
  if (in.ok() && version != kTrafficVersion) {
    return fail(ErrorCode::kInvalid,
                fmt::format("the traffic report has format {}, this control reads {}; bring "
                            "gateway and control to one version",
                            version, kTrafficVersion));
  }
  TrafficReport report;
  report.gateway = in.string(kMaxIdBytes);
  report.run = in.string(kMaxIdBytes);
  report.sequence = in.number<uint64_t>();
  report.period =
      std::chrono::milliseconds(std::min<uint64_t>(in.number<uint64_t>(), kLongestMillis));
  report.covered =
      std::chrono::milliseconds(std::min<uint64_t>(in.number<uint64_t>(), kLongestMillis));
  const bool read = in.ok() && read_rows(in, report.deployments) && read_rows(in, report.models) &&
                    read_rows(in, report.clients);
  if (read && in.at_end() && report.sequence > 0 && !report.gateway.empty() &&
      !report.run.empty()) {
    return report;
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("the traffic report is broken at byte {}", in.position()));
}

}  // namespace slipway::snapshot
