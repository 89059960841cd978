#pragma once
// The status to show for a deployment from what was stored last. A stored status of an older
// generation never passes for one of now (design.md §3: a status never lies). Pure.

#include <optional>

#include "domain/deployment.h"
#include "domain/status.h"

namespace slipway::control {

domain::Status presented_status(const domain::Deployment& deployment, const domain::Spec& spec,
                                const std::optional<domain::Status>& stored);

}  // namespace slipway::control
