#include "cli/views.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/table.h"
#include "cli/units.h"

namespace slipway::cli {
namespace {

std::string ready_of(const Json& deployment) {
  return text_at(deployment, {"status", "ready_replicas"}) + "/" +
         text_at(deployment, {"status", "wanted_replicas"});
}

}  // namespace

const Json& member_of(const Json& value, std::string_view name) {
  static const Json kNone;
  if (!value.is_object()) return kNone;
  const auto found = value.find(std::string(name));
  return found == value.end() ? kNone : *found;
}

int64_t number_at(const Json& value, std::string_view name) {
  const Json& found = member_of(value, name);
  return found.is_number_integer() ? found.get<int64_t>() : 0;
}

std::string text_at(const Json& value, std::initializer_list<std::string_view> path) {
  const Json* at = &value;
  for (const std::string_view name : path) at = &member_of(*at, name);
  if (at->is_null()) return "";
  return at->is_string() ? at->get<std::string>() : dump_json(*at);
}

std::string names_of(const Json& items, std::string_view name) {
  std::string out;
  for (const Json& item : items) out += text_at(item, {name}) + "\n";
  return out;
}

void add_line(std::string& out, std::string_view label, std::string_view value) {
  if (value.empty()) return;
  out += fmt::format("{:<18}{}\n", std::string(label) + ":", printable(value));
}

std::string deployments_table(const Json& items, bool wide, Timestamp now) {
  std::vector<std::string> headings = {"ID", "NAME", "GROUP", "STATUS", "READY", "REVISION", "AGE"};
  if (wide) headings.insert(headings.end(), {"IMAGE", "INSTANCE TYPE", "REASON", "ENDPOINT"});
  Table table(headings);
  for (const Json& item : items) {
    std::vector<std::string> row = {text_at(item, {"id"}),
                                    text_at(item, {"name"}),
                                    text_at(item, {"group"}),
                                    text_at(item, {"status", "phase"}),
                                    ready_of(item),
                                    text_at(item, {"revision"}),
                                    format_age(text_at(item, {"created_at"}), now)};
    if (wide) {
      row.push_back(text_at(item, {"image"}));
      row.push_back(text_at(item, {"instance_type", "name"}));
      row.push_back(text_at(item, {"status", "reason"}));
      row.push_back(text_at(item, {"endpoint"}));
    }
    table.add(std::move(row));
  }
  return table.text();
}

std::string trouble_text(const Json& status) {
  const Json& trouble = member_of(status, "trouble");
  if (!trouble.is_object()) return "";
  std::string out = fmt::format("replica {}: {}\n", printable(text_at(trouble, {"replica"})),
                                printable(text_at(trouble, {"cause"})));
  for (const Json& line : member_of(trouble, "log_tail")) {
    if (line.is_string()) out += "  | " + printable(line.get<std::string>()) + "\n";
  }
  return out;
}

std::string deployment_description(const Json& item, Timestamp now) {
  std::string out;
  add_line(out, "ID", text_at(item, {"id"}));
  add_line(out, "Name", text_at(item, {"name"}));
  add_line(out, "Group", text_at(item, {"group"}));
  add_line(out, "Description", text_at(item, {"description"}));
  add_line(out, "Status",
           fmt::format("{}, {} (since {})", text_at(item, {"status", "phase"}),
                       text_at(item, {"status", "reason"}),
                       format_age(text_at(item, {"status", "since"}), now)));
  add_line(out, "Ready", ready_of(item));
  add_line(out, "Endpoint", text_at(item, {"endpoint"}));
  add_line(out, "Access", text_at(item, {"access"}));
  add_line(out, "Image", text_at(item, {"image"}));
  add_line(out, "Pull secret", text_at(item, {"pull_secret"}));
  const Json& type = member_of(item, "instance_type");
  add_line(out, "Instance type",
           fmt::format("{} ({} CPU, {})", text_at(type, {"name"}),
                       format_cores(number_at(type, "cpu_millis")),
                       format_size(number_at(type, "memory_bytes"))));
  add_line(out, "Replicas", text_at(item, {"replicas"}));
  add_line(out, "Revision",
           fmt::format("{} (serving: {})", text_at(item, {"revision"}),
                       text_at(item, {"status", "serving_revision"})));
  add_line(out, "Port", text_at(item, {"port"}));
  add_line(out, "Health path", text_at(item, {"health_path"}));
  for (const Json& variable : member_of(item, "environment")) {
    add_line(out, "Environment", text_at(variable, {"name"}) + "=" + text_at(variable, {"value"}));
  }
  for (const auto& [key, value] : member_of(item, "metadata").items()) {
    add_line(out, "Metadata", key + "=" + (value.is_string() ? value.get<std::string>() : ""));
  }
  add_line(out, "Created", text_at(item, {"created_at"}) + " by " + text_at(item, {"created_by"}));
  add_line(out, "Updated", text_at(item, {"updated_at"}) + " by " + text_at(item, {"updated_by"}));
  const std::string trouble = trouble_text(member_of(item, "status"));
  if (!trouble.empty()) out += "\nTrouble: " + trouble;
  return out;
}

std::string revision_description(const Json& revision, Timestamp now) {
  std::string out;
  for (const auto& [name, value] : revision.items()) {
    add_line(out, name, value.is_null() || value.is_structured() ? "" : text_at(revision, {name}));
  }
  for (const Json& variable : member_of(revision, "environment")) {
    add_line(out, "environment", text_at(variable, {"name"}) + "=" + text_at(variable, {"value"}));
  }
  for (const auto& [key, value] : member_of(revision, "metadata").items()) {
    add_line(out, "metadata", key + "=" + (value.is_string() ? value.get<std::string>() : ""));
  }
  add_line(out, "age", format_age(text_at(revision, {"created_at"}), now));
  return out;
}

std::string history_table(const Json& items, bool wide, Timestamp now) {
  Table table({"AGE", "WHAT", "REVISION", "BY", "MESSAGE", "CHANGED"});
  for (const Json& item : items) {
    std::string changed;
    for (const Json& change : member_of(item, "changes")) {
      changed += (changed.empty() ? "" : ", ") + text_at(change, {"field"});
      if (wide) {
        changed += ": " + text_at(change, {"before"}) + " -> " + text_at(change, {"after"});
      }
    }
    table.add({format_age(text_at(item, {"time"}), now), text_at(item, {"kind"}),
               text_at(item, {"revision"}), text_at(item, {"actor"}), text_at(item, {"message"}),
               changed});
  }
  return table.text();
}

std::string revisions_table(const Json& items, bool wide, Timestamp now) {
  std::vector<std::string> headings = {"REVISION", "IMAGE", "REPLICAS", "AUTHOR",
                                       "AGE",      "TAG",   "MESSAGE"};
  if (wide) headings.insert(headings.end(), {"INSTANCE TYPE", "CREATED"});
  Table table(headings);
  for (const Json& item : items) {
    std::vector<std::string> row = {text_at(item, {"number"}),
                                    text_at(item, {"image"}),
                                    text_at(item, {"replicas"}),
                                    text_at(item, {"author"}),
                                    format_age(text_at(item, {"created_at"}), now),
                                    text_at(item, {"tag"}),
                                    text_at(item, {"message"})};
    if (wide) {
      row.push_back(text_at(item, {"instance_type"}));
      row.push_back(text_at(item, {"created_at"}));
    }
    table.add(std::move(row));
  }
  return table.text();
}

std::string events_table(const Json& items) {
  Table table({"TIME", "KIND", "REPLICA", "BY", "MESSAGE"});
  for (const Json& item : items) {
    table.add({text_at(item, {"time"}), text_at(item, {"kind"}), text_at(item, {"replica"}),
               text_at(item, {"actor"}), text_at(item, {"message"})});
  }
  return table.text();
}

std::string listed_line(const Json& deployment, bool left) {
  const std::string id = text_at(deployment, {"id"});
  if (left) return printable(id + "  left the list") + "\n";
  return printable(fmt::format("{}  {}  {}", id, text_at(deployment, {"status", "phase"}),
                               text_at(deployment, {"status", "reason"}))) +
         "\n";
}

std::string event_line(const Json& event) {
  std::string out = text_at(event, {"time"}) + "  " + text_at(event, {"kind"});
  if (const std::string replica = text_at(event, {"replica"}); !replica.empty()) {
    out += "  " + replica;
  }
  if (const std::string actor = text_at(event, {"actor"}); !actor.empty()) out += "  by " + actor;
  return printable(out + "  " + text_at(event, {"message"})) + "\n";
}

std::string replicas_table(const Json& items, bool wide, Timestamp now) {
  std::vector<std::string> headings = {"REPLICA",  "STATE", "REVISION",
                                       "RESTARTS", "AGE",   "TROUBLE"};
  if (wide) headings.insert(headings.end(), {"ADDRESS", "ENGINE ID"});
  Table table(headings);
  for (const Json& item : items) {
    std::vector<std::string> row = {text_at(item, {"id"}),
                                    text_at(item, {"state"}),
                                    text_at(item, {"revision"}),
                                    text_at(item, {"restarts"}),
                                    format_age(text_at(item, {"started_at"}), now),
                                    text_at(item, {"trouble"})};
    if (wide) {
      row.push_back(text_at(item, {"address"}));
      row.push_back(text_at(item, {"engine_id"}));
    }
    table.add(std::move(row));
  }
  return table.text();
}

}  // namespace slipway::cli
