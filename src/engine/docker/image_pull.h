#pragma once
// Gets an image from its registry by way of the engine, and tells "there is none" from "nobody
// answers". Blocking for as long as a pull takes; any thread.

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/docker/docker_api.h"

namespace slipway::engine {

// kNotFound: the registry has no such image, or not for us. kUnavailable: the registry or the
// engine does not answer. The message names the image and the engine's own words.
Result<void> pull_image(DockerApi& api, const std::string& image);

// Which of the two an engine's complaint about a pull is; only its prose tells.
ErrorCode classify_pull_error(std::string_view message);

}  // namespace slipway::engine
