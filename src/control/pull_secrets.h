#pragma once
// The use cases around pull secrets, and the door through which an engine gets what is in them.
// A secret belongs to a group, or to every group (domain::kEveryGroup); a deployment names it, and
// the group's own goes before the one for all. Members see that a secret is there; admins of the
// group, and platform admins for those of every group, change it. A password goes in and is
// sealed; nothing here gives it back but find() below, to an engine that pulls.
//
// Made once by main; any thread.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "control/deployments.h"
#include "domain/pull_secret.h"
#include "engine/registry_credentials.h"
#include "identity/secret_box.h"
#include "store/store.h"

namespace slipway::control {

struct PullSecretView {
  struct Registry {
    std::string registry;
    std::string user;  // "" for who may not change the secret, and when it does not open any more
    bool operator==(const Registry&) const = default;
  };
  std::string group;  // "": every group
  std::string name;
  std::vector<Registry> registries;
  std::string created_by;
  Timestamp created_at{};
  std::string updated_by;
  Timestamp updated_at{};
  int64_t generation = 1;
  bool operator==(const PullSecretView&) const = default;
};

class PullSecrets {
 public:
  virtual ~PullSecrets() = default;

  // Those of the caller's groups (a platform admin's: of all) and those for every group; by group
  // and name, the latter first.
  virtual Result<std::vector<PullSecretView>> list(const Caller&) = 0;
  // kNotFound also for a secret of a group that the caller is not in.
  virtual Result<PullSecretView> get(const Caller&, const std::string& group,
                                     const std::string& name) = 0;
  // kConflict when the name is taken in the group.
  virtual Result<PullSecretView> create(const Caller&, const std::string& group,
                                        const std::string& name,
                                        const std::vector<domain::RegistryLogin>& logins) = 0;
  // All that is in it. Deployments use it from their next pull on.
  virtual Result<PullSecretView> replace(const Caller&, const std::string& group,
                                         const std::string& name,
                                         const std::vector<domain::RegistryLogin>& logins,
                                         ExpectedGeneration) = 0;
  // kConflict, naming them, while newest revisions of deployments mean it.
  virtual Result<void> remove(const Caller&, const std::string& group, const std::string& name,
                              ExpectedGeneration) = 0;
};

// References outlive what is returned.
std::unique_ptr<PullSecrets> make_pull_secrets(store::Store& store, const identity::SecretBox& box,
                                               const Clock& clock);
std::unique_ptr<engine::CredentialSource> make_credential_source(store::Store& store,
                                                                 const identity::SecretBox& box);

}  // namespace slipway::control
