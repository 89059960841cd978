#pragma once
// What people see of the API's JSON: tables and descriptions. Pure functions; missing members show
// as "-", so that an older or newer server never breaks the output.

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json_fwd.h"

namespace slipway::cli {

// null when there is none.
const Json& member_of(const Json& value, std::string_view name);
// 0 when it is no integer.
int64_t number_at(const Json& value, std::string_view name);
// The member at the end of the path as text; "" when it is missing or null.
std::string text_at(const Json& value, std::initializer_list<std::string_view> path);
// "Label:            value"; nothing for an empty value.
void add_line(std::string& out, std::string_view label, std::string_view value);
// One `name` member a line.
std::string names_of(const Json& items, std::string_view member);

std::string deployments_table(const Json& items, bool wide, Timestamp now);
// One deployment in one line, or that it left the list.
std::string listed_line(const Json& deployment, bool left);
// All of one deployment, with its trouble.
std::string deployment_description(const Json& deployment, Timestamp now);
std::string revisions_table(const Json& items, bool wide, Timestamp now);
// All settings of one revision.
std::string revision_description(const Json& revision, Timestamp now);
std::string history_table(const Json& items, bool wide, Timestamp now);
std::string events_table(const Json& items);
std::string event_line(const Json& event);
std::string replicas_table(const Json& items, bool wide, Timestamp now);

// "replica x: exits with code 1" and its last log lines, indented; "" when there is none.
std::string trouble_text(const Json& status);

}  // namespace slipway::cli
