#pragma once
// The logins of a pull secret as the sealed bytes of its row. Pure but for the box's randomness;
// any thread. Unsealed, a login lives as long as the caller keeps it.

#include <string>
#include <vector>

#include "base/result.h"
#include "domain/pull_secret.h"
#include "identity/secret_box.h"
#include "store/pull_secrets.h"

namespace slipway::control {

std::string seal_logins(const identity::SecretBox& box, const std::string& group,
                        const std::string& name, const std::vector<domain::RegistryLogin>& logins);

// kInternal, naming the secret, when it does not open.
Result<std::vector<domain::RegistryLogin>> open_logins(const identity::SecretBox& box,
                                                       const store::PullSecretRow& row);

}  // namespace slipway::control
