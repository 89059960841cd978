#pragma once
// What an installation says about its OpenID provider. A plain value, made by main from the
// settings oidc_* and checked once; the client secret in it is never logged or printed.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slipway::identity::oidc {

// Whoever has `value` among the groups that the provider tells is a member of `group`.
struct GroupMapping {
  std::string value;
  std::string group;
  bool admin = false;  // a group admin
  bool operator==(const GroupMapping&) const = default;
};

struct Config {
  std::string issuer;  // exactly as the provider writes it, e.g. with or without a slash at the end
  std::string client_id;
  std::string client_secret = {};  // "": a public client
  std::string scopes = "openid profile email";
  std::string user_claim = "preferred_username";  // who has none is called by the e-mail address
  std::string groups_claim = "groups";
  std::vector<GroupMapping> groups = {};
  std::string admin_value = {};   // who has it is a platform admin; "": the provider has no say
  bool open_registration = true;  // false: only users with an external id sign in
  std::string label = "OpenID Connect";
  std::string redirect_uri = {};
  std::string ca_file = {};  // PEM; "": the system's
};

// "value=group[:admin]" separated by ';'. The last '=' counts, because names in directories have
// some. kInvalid names the entry.
Result<std::vector<GroupMapping>> parse_group_map(std::string_view text);

// https, or http to this machine itself; no user in it, no fragment.
bool is_trusted_url(std::string_view url);

// kInvalid with every wrong setting by its name.
Result<void> check_config(const Config& config);

}  // namespace slipway::identity::oidc
