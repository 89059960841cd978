#pragma once
// What users, groups and instance types may be called, and what may be said about them. Pure; each
// function gives the problem, naming rule and value, or none.

#include <optional>
#include <string>
#include <string_view>

namespace slipway::domain {

std::optional<std::string> check_user_name(std::string_view name);   // ^[a-z0-9][a-z0-9._@-]{0,63}$
std::optional<std::string> check_group_name(std::string_view name);  // ^[a-z0-9][a-z0-9-]{0,62}$
std::optional<std::string> check_secret_name(std::string_view name);  // as groups
// ^[a-z0-9][a-z0-9._-]{0,62}$
std::optional<std::string> check_instance_type_name(std::string_view name);

// At most 80 characters in one line; empty is fine.
std::optional<std::string> check_display_name(std::string_view text);
// "" or something@something without blanks, at most 254 bytes (RFC 5321 §4.5.3.1.3); whether mail
// arrives there nobody can tell from the text.
std::optional<std::string> check_email(std::string_view text);

}  // namespace slipway::domain
