#pragma once
// What the claims of a provider say about a person, in Slipway's words. Pure.

#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "identity/oidc/config.h"

namespace slipway::identity::oidc {

struct Person {
  std::string external_id;  // "issuer subject"
  std::string name;         // lower case; keeps the rule of user names
  std::string display_name = {};
  std::string email = {};
  std::vector<std::string> groups = {};  // values of the groups claim
  bool operator==(const Person&) const = default;
};

// Are all claims there that the settings ask for? Otherwise userinfo may have them.
bool has_wanted_claims(const Json& claims, const Config& config);

// kDenied when nothing in the claims can be a user name. Checked claims only (id_token.h).
Result<Person> read_person(const Json& claims, const Config& config);

// What the groups claim decides about one group of the mapping.
struct MappedGroup {
  std::string group;
  bool member = false;
  bool admin = false;
  bool operator==(const MappedGroup&) const = default;
};

// Every group that the mapping names, once; other groups are none of the provider's business.
std::vector<MappedGroup> mapped_groups(const std::vector<std::string>& values,
                                       const std::vector<GroupMapping>& mapping);

// None: the provider has no say.
std::optional<bool> platform_admin(const std::vector<std::string>& values, const Config& config);

}  // namespace slipway::identity::oidc
