#pragma once
// Gets an image from its registry by way of the engine, or only looks whether it is there, and
// tells "there is none" from "nobody answers". Blocking for as long as a pull takes; any thread.

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/docker/docker_api.h"
#include "engine/registry_credentials.h"
#include "engine/replica_engine.h"

namespace slipway::engine {

// kNotFound: the registry has no such image. kDenied: not for us, with these credentials or
// without. kUnavailable: the registry or the engine does not answer. The message names the image,
// the user and the engine's own words.
Result<void> pull_image(DockerApi& api, const std::string& image,
                        const CredentialLookup& credentials);

// Asks the registry without fetching. Docker only: podman cannot.
ImageSight look_in_registry(DockerApi& api, const std::string& image,
                            const CredentialLookup& credentials);

// Which of the three an engine's complaint about a pull is; only its prose tells.
ErrorCode classify_pull_error(std::string_view message);

// The value of X-Registry-Auth. Source: Docker API, "Authentication".
std::string registry_auth(const std::string& registry, const RegistryCredentials& credentials);

}  // namespace slipway::engine
