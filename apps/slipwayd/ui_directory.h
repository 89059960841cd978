#pragma once
// Where the files of the web UI are: the folder that was named, else beside the program as it was
// installed or built. Read once at start.

#include "api/ui_files.h"
#include "base/log.h"
#include "settings.h"

namespace slipway::app {

// A named folder must hold a UI; without one and with none beside the program there is a page that
// says how to build it.
Result<api::UiFiles> ui_files(const Settings& settings, const Logger& log);

}  // namespace slipway::app
