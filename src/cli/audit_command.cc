#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/clock.h"
#include "base/json.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/export_stream.h"
#include "cli/people_views.h"
#include "cli/units.h"

namespace slipway::cli {
namespace {

constexpr int64_t kPage = 500;

struct AuditOptions {
  std::string actor;
  std::string action;
  std::string object;
  std::string group;
  std::string since;
  std::string until;
  int64_t limit = 100;
  std::string export_to;  // "": shown instead
};

// A time, or how long ago.
Result<std::string> time_of(const Session& session, const std::string& text) {
  if (const auto time = parse_rfc3339(text)) return format_rfc3339(*time);
  const auto ago = parse_duration(text);
  if (ago) return format_rfc3339(session.outside.now() - *ago);
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' is not understood; write a time as 2027-01-31T12:00:00Z, or how "
                          "long ago as 24h",
                          text));
}

// "&actor=ada&since=..."
Result<std::string> filter_of(const Session& session, const AuditOptions& options) {
  std::string query;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) query += fmt::format("&{}={}", name, call::url_encode(value));
  };
  add("actor", options.actor);
  add("action", options.action);
  add("object", options.object);
  add("group", options.group);
  if (!options.since.empty()) {
    TRY_ASSIGN(const std::string since, time_of(session, options.since));
    add("since", since);
  }
  if (!options.until.empty()) {
    TRY_ASSIGN(const std::string until, time_of(session, options.until));
    add("until", until);
  }
  return query;
}

Result<void> audit(const Session& session, const ApiClient& client, const AuditOptions& options) {
  TRY_ASSIGN(const std::string filter, filter_of(session, options));
  if (!options.export_to.empty()) {
    return export_stream(client, session.outside, "/api/v1/audit?format=ndjson" + filter,
                         options.export_to, "the audit log");
  }
  TRY_ASSIGN(const Json rows, client.all_pages(fmt::format("/api/v1/audit?limit={}{}",
                                                           std::min(options.limit, kPage), filter),
                                               static_cast<size_t>(options.limit)));
  show_items(session, rows, audit_table, "sequence");
  return {};
}

}  // namespace

void add_audit_command(CLI::App& app, Session& session) {
  const auto options = std::make_shared<AuditOptions>();
  auto* command = add_verb(
      app, session, "audit", "Show who changed what, when and from where, newest first",
      "slipway audit --actor ada --since 24h\n"
      "slipway audit --group vision --export audit.ndjson",
      [&session, options](const ApiClient& client) { return audit(session, client, *options); });
  command->add_option("--actor", options->actor, "Only what this user did");
  command->add_option("--action", options->action, "Only this action, e.g. deployment.update");
  command->add_option("--object", options->object, "Only what was done to this");
  command->add_option("--group", options->group, "Only what concerns this group");
  command->add_option("--since", options->since, "From this time on, or so long ago, e.g. 24h");
  command->add_option("--until", options->until, "Before this time, or so long ago");
  auto* limit = command->add_option("--limit", options->limit, "At most so many, the newest")
                    ->check(CLI::Range(int64_t{1}, int64_t{1'000'000}))
                    ->capture_default_str();
  command
      ->add_option("--export", options->export_to,
                   "Every row into this file, - for stdout, as one JSON document a line")
      ->excludes(limit);
}

}  // namespace slipway::cli
