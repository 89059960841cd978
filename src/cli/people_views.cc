#include "cli/people_views.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/table.h"
#include "cli/units.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

struct Limit {
  const char* name;
  const char* label;
};
constexpr Limit kLimits[] = {{"cpu_millis", "CPU"},
                             {"memory_bytes", "Memory"},
                             {"gpus", "GPUs"},
                             {"deployments", "Deployments"}};

std::string limit_text(const Json& quota, const std::string& name) {
  const Json& limit = member_of(quota, name);
  return limit.is_number_integer() ? format_amount(name, limit.get<int64_t>()) : "no limit";
}

std::string yes_no(const Json& value, const char* name) {
  const Json& truth = member_of(value, name);
  if (!truth.is_boolean()) return "";
  return truth.get<bool>() ? "yes" : "no";
}

std::string joined(const Json& list) {
  std::string out;
  for (const Json& item : list) {
    if (item.is_string()) out += (out.empty() ? "" : ", ") + item.get<std::string>();
  }
  return out;
}

std::string groups_of(const Json& user) {
  std::string out;
  for (const Json& membership : member_of(user, "groups")) {
    out += (out.empty() ? "" : ", ") + text_at(membership, {"group"}) +
           (member_of(membership, "admin") == true ? " (admin)" : "");
  }
  return out;
}

}  // namespace

std::string format_amount(const std::string& name, int64_t amount) {
  if (name == "cpu_millis") return format_cores(amount);
  if (name == "memory_bytes") return format_size(amount);
  return std::to_string(amount);
}

std::string groups_table(const Json& items) {
  Table table({"NAME", "DISPLAY NAME", "DEPLOYMENT", "CPU", "MEMORY", "GPUS", "DEPLOYMENTS"});
  for (const Json& item : items) {
    std::vector<std::string> row = {text_at(item, {"name"}), text_at(item, {"display_name"}),
                                    yes_no(item, "deployment_enabled")};
    for (const Limit& limit : kLimits) {
      row.push_back(limit_text(member_of(item, "quota"), limit.name));
    }
    table.add(std::move(row));
  }
  return table.text();
}

std::string group_description(const Json& group) {
  std::string out;
  add_line(out, "Name", text_at(group, {"name"}));
  add_line(out, "Display name", text_at(group, {"display_name"}));
  add_line(out, "Deployment", yes_no(group, "deployment_enabled"));
  for (const Limit& limit : kLimits) {
    add_line(
        out, limit.label,
        fmt::format("{} used of {}",
                    format_amount(limit.name, number_at(member_of(group, "usage"), limit.name)),
                    limit_text(member_of(group, "quota"), limit.name)));
  }
  add_line(out, "Instance types", joined(member_of(group, "instance_types")));
  add_line(out, "Default type", text_at(group, {"default_instance_type"}));
  if (const Json& members = member_of(group, "members"); !members.empty()) {
    out += "\n" + members_table(members);
  }
  return out;
}

std::string members_table(const Json& items) {
  Table table({"USER", "GROUP ADMIN"});
  for (const Json& item : items) table.add({text_at(item, {"user"}), yes_no(item, "admin")});
  return table.text();
}

std::string users_table(const Json& items) {
  Table table({"NAME", "DISPLAY NAME", "ADMIN", "DISABLED", "GROUPS"});
  for (const Json& item : items) {
    table.add({text_at(item, {"name"}), text_at(item, {"display_name"}), yes_no(item, "admin"),
               yes_no(item, "disabled"), groups_of(item)});
  }
  return table.text();
}

std::string user_description(const Json& user) {
  std::string out;
  add_line(out, "Name", text_at(user, {"name"}));
  add_line(out, "Display name", text_at(user, {"display_name"}));
  add_line(out, "Email", text_at(user, {"email"}));
  add_line(out, "Platform admin", yes_no(user, "admin"));
  add_line(out, "Disabled", yes_no(user, "disabled"));
  add_line(out, "Must change", yes_no(user, "must_change_password"));
  add_line(out, "External", yes_no(user, "external"));
  add_line(out, "Groups", groups_of(user));
  add_line(out, "Created", text_at(user, {"created_at"}));
  return out;
}

std::string instance_types_table(const Json& items) {
  Table table({"NAME", "CPU", "MEMORY", "GPUS", "ALL GROUPS", "DESCRIPTION"});
  for (const Json& item : items) {
    std::string about = text_at(item, {"description"});
    if (about.empty()) about = text_at(item, {"display_name"});
    table.add({text_at(item, {"name"}), format_cores(number_at(item, "cpu_millis")),
               format_size(number_at(item, "memory_bytes")), text_at(item, {"gpus"}),
               yes_no(item, "global"), about});
  }
  return table.text();
}

std::string tokens_table(const Json& items) {
  Table table({"ID", "NAME", "SCOPE", "CREATED", "LAST USED", "EXPIRES"});
  for (const Json& item : items) {
    table.add({text_at(item, {"id"}), text_at(item, {"name"}), text_at(item, {"scope"}),
               text_at(item, {"created_at"}), text_at(item, {"last_used_at"}),
               text_at(item, {"expires_at"})});
  }
  return table.text();
}

std::string clients_table(const Json& items) {
  Table table({"NAME", "REQUESTS", "LAST USED", "EXPIRES", "RATE/MIN", "CREATED BY", "CREATED"});
  for (const Json& item : items) {
    table.add({text_at(item, {"name"}), text_at(item, {"requests"}),
               text_at(item, {"last_used_at"}), text_at(item, {"expires_at"}),
               text_at(item, {"requests_per_minute"}), text_at(item, {"created_by"}),
               text_at(item, {"created_at"})});
  }
  return table.text();
}

std::string secrets_table(const Json& items) {
  Table table({"NAME", "GROUP", "REGISTRIES", "CREATED BY", "UPDATED"});
  for (const Json& item : items) {
    const std::string group = text_at(item, {"group"});
    std::string registries;
    for (const Json& login : member_of(item, "registries")) {
      const std::string user = text_at(login, {"user"});
      registries += (registries.empty() ? "" : ", ") + (user.empty() ? "" : user + "@") +
                    text_at(login, {"registry"});
    }
    table.add({text_at(item, {"name"}), group.empty() ? "(every)" : group, registries,
               text_at(item, {"created_by"}), text_at(item, {"updated_at"})});
  }
  return table.text();
}

std::string audit_table(const Json& items) {
  Table table({"TIME", "ACTOR", "SOURCE", "ACTION", "OBJECT", "GROUP", "DETAIL"});
  for (const Json& item : items) {
    table.add({text_at(item, {"time"}), text_at(item, {"actor"}), text_at(item, {"source"}),
               text_at(item, {"action"}), text_at(item, {"object"}), text_at(item, {"group"}),
               text_at(item, {"detail"})});
  }
  return table.text();
}

}  // namespace slipway::cli
