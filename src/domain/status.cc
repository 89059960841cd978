#include "domain/status.h"

namespace slipway::domain {

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::kDeploying:
      return "Deploying";
    case Phase::kDeployed:
      return "Deployed";
    case Phase::kStopping:
      return "Stopping";
    case Phase::kStopped:
      return "Stopped";
    case Phase::kFailed:
      return "Failed";
  }
  return "Unknown";
}

std::optional<Phase> parse_phase(std::string_view text) {
  for (const Phase phase :
       {Phase::kDeploying, Phase::kDeployed, Phase::kStopping, Phase::kStopped, Phase::kFailed}) {
    if (text == to_string(phase)) return phase;
  }
  return std::nullopt;
}

}  // namespace slipway::domain
