#pragma once
// `slipwayd control`: store, identity, engine, reconciler and API, wired together. Must survive
// kill -9 at any instant.

#include "base/log.h"
#include "settings.h"

namespace slipway::app {

int run_control(const Settings& settings, const Logger& log);

}  // namespace slipway::app
