#include "domain/deployment.h"

namespace slipway::domain {

std::string_view to_string(Desire desire) {
  switch (desire) {
    case Desire::kRunning:
      return "running";
    case Desire::kStopped:
      return "stopped";
    case Desire::kDeleted:
      return "deleted";
  }
  return "unknown";
}

std::optional<Desire> parse_desire(std::string_view text) {
  for (const Desire desire : {Desire::kRunning, Desire::kStopped, Desire::kDeleted}) {
    if (text == to_string(desire)) return desire;
  }
  return std::nullopt;
}

}  // namespace slipway::domain
