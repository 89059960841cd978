#pragma once
// The use cases "start", "stop" and "delete": another desire, the same revision. Asking for what is
// already wanted is a success that changes nothing.

#include <string>

#include "base/result.h"
#include "control/deployment_use_cases.h"

namespace slipway::control {

// `desire`: kRunning or kStopped.
Result<DeploymentView> set_desire(const DeploymentParts& parts, const Caller& caller,
                                  const std::string& id, domain::Desire desire,
                                  ExpectedGeneration expected);

// The row stays, with Desire::kDeleted, until the reconciler has ended all replicas.
Result<void> remove_deployment(const DeploymentParts& parts, const Caller& caller,
                               const std::string& id, const std::string& confirm,
                               ExpectedGeneration expected);

}  // namespace slipway::control
