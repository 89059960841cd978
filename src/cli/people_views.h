#pragma once
// Tables and descriptions of groups, users, instance types, tokens, clients, secrets and audit
// rows. Pure functions; missing members show as "-".

#include <string>

#include "base/json_fwd.h"

namespace slipway::cli {

std::string groups_table(const Json& items);
// One group: settings, what is used of each limit, members.
std::string group_description(const Json& group);
std::string members_table(const Json& items);
std::string users_table(const Json& items);
std::string user_description(const Json& user);
std::string instance_types_table(const Json& items);
std::string tokens_table(const Json& items);
std::string clients_table(const Json& items);
std::string secrets_table(const Json& items);
std::string audit_table(const Json& items);

// "cpu_millis" 3500 -> "3.5", "memory_bytes" -> "2.0 GiB", others as they are.
std::string format_amount(const std::string& name, int64_t amount);

}  // namespace slipway::cli
