#pragma once
// `slipwayd gateway`: gives its rights up, then serves the front door. Holds no database and no
// container socket; survives control being away.

#include "base/log.h"
#include "settings.h"

namespace slipway::app {

int run_gateway(const Settings& settings, const Logger& log);

}  // namespace slipway::app
