#pragma once
// Waiting for news about one deployment.

#include <chrono>
#include <cstdint>
#include <string>

#include "store/store.h"

namespace slipway::control {

// true: an event after `after_sequence` is there, something about the deployment was committed
// meanwhile, or it is gone: look again. false: nothing until the timeout.
bool wait_for_deployment_change(store::Store& store, const std::string& id, int64_t after_sequence,
                                std::chrono::milliseconds timeout);

}  // namespace slipway::control
