#pragma once
// The registries of a Docker config.json ("auths"), as `docker login` writes it without a
// credential helper. Source: docker/cli, cli/config/configfile. Pure.

#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "domain/pull_secret.h"

namespace slipway::domain {

// kInvalid naming every bad member by its path below `where` ("docker_config"): a credential helper
// (its secrets are on another machine), no registry at all, one that is no host, one without user
// and password. Never quotes a value of `auth` or `password`.
Result<std::vector<RegistryLogin>> read_docker_config(const Json& document,
                                                      const std::string& where);

}  // namespace slipway::domain
