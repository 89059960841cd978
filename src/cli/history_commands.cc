#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/deployment_parts.h"
#include "cli/event_stream.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

Result<void> history(const Session& session, const std::string& id) {
  TRY_ASSIGN(const ApiClient client, session.client());
  TRY_ASSIGN(const Json items, client.all_pages(deployment_path(id, "/revisions?limit=500")));
  const Timestamp now = session.outside.now();
  session.show(
      items, [&](bool wide) { return revisions_table(items, wide, now); },
      [&] { return names_of(items, "number"); });
  return {};
}

Result<void> events(const Session& session, const std::string& id, bool watch) {
  TRY_ASSIGN(const ApiClient client, session.client());
  if (!watch) {
    TRY_ASSIGN(const Json items, client.all_pages(deployment_path(id, "/events?limit=500")));
    session.show(
        items, [&](bool) { return events_table(items); },
        [&] { return names_of(items, "sequence"); });
    return {};
  }
  EventStream stream;
  return client.stream(
      deployment_path(id, "/events?watch=1"), {}, std::chrono::milliseconds(0),
      [&](std::string_view bytes) {
        return stream.feed(bytes, [&](const ServerSentEvent& event) {
          if (event.name == "deleted") return false;
          const Result<Json> entry = parse_json(event.data);
          if (!event.name.empty() || !entry) return true;
          // One entry a line in every form, so that a pipe can read it as it comes.
          const bool people =
              session.format() == OutputFormat::kTable || session.format() == OutputFormat::kWide;
          session.outside.out(people ? event_line(*entry) : dump_json(*entry) + "\n");
          return true;
        });
      });
}

// The revision before the newest one.
Result<int64_t> previous_revision(const ApiClient& client, const std::string& id) {
  TRY_ASSIGN(const Json revisions, client.all_pages(deployment_path(id, "/revisions?limit=500")));
  if (revisions.size() < 2) {
    return fail(ErrorCode::kInvalid,
                fmt::format("'{}' has one revision only: there is none to go back to", id));
  }
  return number_at(revisions[1], "number");
}

struct RollbackOptions {
  int64_t to = 0;  // 0: the one before
  std::string message;
  WaitOptions wait;
};

Result<void> rollback(const Session& session, const std::string& id,
                      const RollbackOptions& options) {
  TRY_ASSIGN(const ApiClient client, session.client());
  Json document = {{"revision", options.to}};
  if (options.to == 0) {
    TRY_ASSIGN(document["revision"], previous_revision(client, id));
  }
  if (!options.message.empty()) document["message"] = options.message;
  TRY_ASSIGN(const ApiReply reply, client.post(deployment_path(id, "/rollback"), document));
  return finish(session, client, reply.body, options.wait, Goal::kDeployed);
}

}  // namespace

void add_history_commands(CLI::App& parent, Session& session) {
  const std::string prefix =
      parent.get_name() == "slipway" ? std::string("slipway") : "slipway " + parent.get_name();
  const auto shown = [&](std::string_view rest) {
    return example(fmt::format("{} {}", prefix, rest));
  };
  auto* past = parent.add_subcommand("history", "Show the revisions, newest first");
  past->footer(shown("history iris-x7k2p"));
  set_deployment_action(past, session,
                        [&session](const std::string& id) { return history(session, id); });

  auto* back = parent.add_subcommand(
      "rollback", "Run an earlier revision again, as a new one; starts a stopped deployment");
  const auto options = std::make_shared<RollbackOptions>();
  back->add_option("--to", options->to, "Number of the revision (default: the one before)")
      ->check(CLI::Range(int64_t{1}, INT64_MAX));
  back->add_option("-m,--message", options->message, "Why: stands in the history");
  add_wait_options(*back, options->wait);
  back->footer(shown("rollback iris-x7k2p --to 3 -m 'the new data was wrong' --wait"));
  set_deployment_action(back, session, [&session, options](const std::string& id) {
    return rollback(session, id, *options);
  });

  auto* timeline = parent.add_subcommand("events", "Show what happened, oldest first");
  const auto watch = std::make_shared<bool>(false);
  timeline->add_flag("-w,--watch", *watch, "Go on as new events come");
  timeline->footer(shown("events iris-x7k2p --watch"));
  set_deployment_action(timeline, session, [&session, watch](const std::string& id) {
    return events(session, id, *watch);
  });
}

}  // namespace slipway::cli
