#pragma once
// What a registry may ask for before it gives an image away. An engine asks for it at the moment
// it pulls and forgets it with the pull: plain passwords stand in no workload, no replica and no
// log.

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace slipway::engine {

struct RegistryCredentials {
  std::string secret;  // name of the PullSecret they come from, for messages
  std::string user;
  std::string password;
};

// For a pull from `registry` ("docker.io", "127.0.0.1:5000"). None: there are none for it.
using CredentialLookup =
    std::function<Result<std::optional<RegistryCredentials>>(const std::string& registry)>;

// Who keeps them. Any thread.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // What a deployment of `group` that names pull secret `secret` ("": none) says to `registry`.
  // kNotFound when there is no such secret, kInternal when it does not open; both say what to do.
  virtual Result<std::optional<RegistryCredentials>> find(const std::string& group,
                                                          const std::string& secret,
                                                          const std::string& registry) = 0;
};

}  // namespace slipway::engine
