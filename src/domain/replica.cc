#include "domain/replica.h"

#include <fmt/format.h>

#include <charconv>

#include "domain/deployment_id.h"

namespace slipway::domain {
namespace {

// A decimal number without sign or leading zeros.
template <typename Int>
std::optional<Int> parse_count(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '9' || (text[0] == '0' && text.size() > 1)) {
    return std::nullopt;
  }
  Int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string ReplicaKey::id() const {
  return fmt::format("{}-r{}-{}", deployment_id, revision, ordinal);
}

std::optional<ReplicaKey> parse_replica_id(std::string_view id) {
  // From the end: a deployment's id may itself look like the rest ("a-r1-0").
  const size_t last = id.rfind('-');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const size_t middle = id.rfind("-r", last - 1);
  if (middle == std::string_view::npos || middle + 2 > last) return std::nullopt;
  const auto revision = parse_count<int64_t>(id.substr(middle + 2, last - middle - 2));
  const auto ordinal = parse_count<int>(id.substr(last + 1));
  const std::string_view deployment = id.substr(0, middle);
  if (!revision || *revision < 1 || !ordinal || !is_deployment_id(deployment)) return std::nullopt;
  return ReplicaKey{std::string(deployment), *revision, *ordinal};
}

std::string_view to_string(ReplicaState state) {
  switch (state) {
    case ReplicaState::kStarting:
      return "starting";
    case ReplicaState::kReady:
      return "ready";
    case ReplicaState::kUnready:
      return "unready";
    case ReplicaState::kDraining:
      return "draining";
    case ReplicaState::kExited:
      return "exited";
  }
  return "unknown";
}

bool may_follow(ReplicaState from, ReplicaState to) {
  switch (to) {
    case ReplicaState::kStarting:
      return false;  // a copy starts once; a restart is another copy
    case ReplicaState::kReady:
      return from == ReplicaState::kStarting || from == ReplicaState::kUnready;
    case ReplicaState::kUnready:
      return from == ReplicaState::kReady;
    case ReplicaState::kDraining:
      return from == ReplicaState::kReady || from == ReplicaState::kUnready;
    case ReplicaState::kExited:
      return from != ReplicaState::kExited;
  }
  return false;
}

}  // namespace slipway::domain
