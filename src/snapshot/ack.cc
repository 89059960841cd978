#include "snapshot/ack.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace slipway::snapshot {
namespace {

bool is_word(std::string_view text, size_t most) {
  return text.size() <= most && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// Nothing, or what may stand between "http://" and the path: it ends up in a list for Prometheus.
bool is_authority(std::string_view text) {
  return text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == '.' || c == ':' ||
                  c == '[' || c == ']';
         });
}

}  // namespace

std::string poll_target(const Ack& ack) {
  std::string target = fmt::format("{}?{}={}", kSnapshotPath, kAfterParameter, ack.adopted_version);
  if (!ack.control_id.empty()) {
    target += fmt::format("&{}={}", kControlParameter, ack.control_id);
  }
  return target;
}

std::string certificates_value(const std::vector<ServedCertificate>& certificates) {
  std::string text;
  for (size_t i = 0; i < std::min(certificates.size(), kMostCertificates); ++i) {
    text +=
        fmt::format("{}{}={}", i == 0 ? "" : ",", certificates[i].name, certificates[i].ends_at);
  }
  return text;
}

Result<std::vector<ServedCertificate>> parse_certificates(std::string_view text) {
  std::vector<ServedCertificate> certificates;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const size_t equals = one.find('=');
    ServedCertificate certificate;
    if (equals == std::string_view::npos || certificates.size() == kMostCertificates ||
        (equals > 0 && !looks_like_host(one.substr(0, equals)))) {
      return fail(ErrorCode::kInvalid, fmt::format("{} must be at most {} of name=seconds",
                                                   kCertificatesHeader, kMostCertificates));
    }
    certificate.name = one.substr(0, equals);
    const char* end = one.data() + one.size();
    const auto [next, error] = std::from_chars(one.data() + equals + 1, end, certificate.ends_at);
    if (error != std::errc() || next != end) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}: a time must be whole seconds", kCertificatesHeader));
    }
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

std::string header_value(uint64_t version) { return fmt::format("{}", version); }

Result<uint64_t> parse_version(std::string_view text) {
  uint64_t version = 0;
  const char* end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, version);
  if (text.empty() || text.size() > 20 || error != std::errc() || next != end) {
    return fail(ErrorCode::kInvalid, "a snapshot version must be a decimal number of 64 bits");
  }
  return version;
}

Result<Ack> parse_ack(std::string_view gateway, std::string_view control, std::string_view adopted,
                      std::string_view in_use, std::string_view metrics_at,
                      std::string_view certificates) {
  if (gateway.empty() || !is_word(gateway, 64)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{} must be 1 to 64 of [a-z0-9-]", kGatewayHeader));
  }
  // Control ids are looser than gateway ids: what validate() lets into a snapshot.
  const bool control_fits =
      control.size() <= 128 && std::all_of(control.begin(), control.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
      });
  if (!control_fits) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{} must be at most 128 of [A-Za-z0-9._-]", kControlParameter));
  }
  if (!is_authority(metrics_at)) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{} must be an address and a port", kMetricsAtHeader));
  }
  Ack ack;
  ack.metrics_at = metrics_at;
  ack.gateway_id = gateway;
  ack.control_id = control;
  TRY_ASSIGN(ack.certificates, parse_certificates(certificates));
  TRY_ASSIGN(ack.adopted_version, parse_version(adopted));
  TRY_ASSIGN(ack.oldest_in_use_version, parse_version(in_use));
  if (ack.oldest_in_use_version > ack.adopted_version) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{} may not be above {}", kInUseHeader, kAdoptedHeader));
  }
  return ack;
}

}  // namespace slipway::snapshot
