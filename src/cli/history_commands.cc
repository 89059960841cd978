#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/deployment_parts.h"
#include "cli/follow_events.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

struct HistoryOptions {
  int64_t number = 0;  // 0: all
  bool revisions = false;
};

Result<void> history(const Session& session, const std::string& id, const HistoryOptions& options) {
  TRY_ASSIGN(const ApiClient client, session.client());
  const Timestamp now = session.outside.now();
  if (options.number != 0) {
    TRY_ASSIGN(const ApiReply reply,
               client.get(deployment_path(id, fmt::format("/revisions/{}", options.number))));
    session.show(
        reply.body, [&](bool) { return revision_description(reply.body, now); },
        [&] { return fmt::format("{}\n", options.number); });
    return {};
  }
  const char* list = options.revisions ? "/revisions?limit=500" : "/history?limit=500";
  TRY_ASSIGN(const Json items, client.all_pages(deployment_path(id, list)));
  session.show(
      items,
      [&](bool wide) {
        return options.revisions ? revisions_table(items, wide, now)
                                 : history_table(items, wide, now);
      },
      [&] { return names_of(items, options.revisions ? "number" : "sequence"); });
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
  // One entry a line in every form, so that a pipe can read it as it comes.
  const bool people =
      session.format() == OutputFormat::kTable || session.format() == OutputFormat::kWide;
  return follow_events(
      client, session.outside, deployment_path(id, "/events?watch=1"),
      [&](const ServerSentEvent& event) {
        if (event.name == "deleted") return false;
        const Result<Json> entry = parse_json(event.data);
        if (!event.name.empty() || !entry) return true;
        session.outside.out(people ? event_line(*entry) : dump_json(*entry) + "\n");
        return true;
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

struct TagOptions {
  int64_t number = 0;
  std::string tag;
  bool remove = false;
};

Result<void> tag(const Session& session, const std::string& id, const TagOptions& options) {
  if (options.tag.empty() != options.remove) {
    return fail(ErrorCode::kInvalid, "give either a tag or --remove");
  }
  TRY_ASSIGN(const ApiClient client, session.client());
  const std::string path = deployment_path(id, fmt::format("/revisions/{}/tag", options.number));
  if (options.remove) {
    TRY(client.remove(path));
    session.outside.err(
        fmt::format("revision {} of '{}' has no tag any more\n", options.number, id));
    return {};
  }
  TRY_ASSIGN(const ApiReply reply, client.put(path, {{"tag", options.tag}}));
  const Timestamp now = session.outside.now();
  session.show(
      reply.body, [&](bool) { return revisions_table(Json::array({reply.body}), false, now); },
      [&] { return fmt::format("{}\n", options.number); });
  return {};
}

}  // namespace

void add_history_commands(CLI::App& parent, Session& session) {
  const std::string prefix =
      parent.get_name() == "slipway" ? std::string("slipway") : "slipway " + parent.get_name();
  const auto shown = [&](std::string_view rest) {
    return example(fmt::format("{} {}", prefix, rest));
  };
  const auto number = CLI::Range(int64_t{1}, INT64_MAX);
  auto* past = parent.add_subcommand(
      "history", "Show what people did to a deployment, newest first, or one of its revisions");
  const auto looked_at = std::make_shared<HistoryOptions>();
  past->footer(shown("history iris-x7k2p") + shown("history iris-x7k2p 3").substr(9));
  set_deployment_action(past, session, [&session, looked_at](const std::string& id) {
    return history(session, id, *looked_at);
  });
  auto* revision = past->add_option("REVISION", looked_at->number, "All settings of this revision")
                       ->check(number);
  past->add_flag("--revisions", looked_at->revisions, "The revisions with their tags")
      ->excludes(revision);

  auto* label = parent.add_subcommand("tag", "Tag a revision, so that retention keeps it");
  const auto tagged = std::make_shared<TagOptions>();
  label->footer(shown("tag iris-x7k2p 3 golden"));
  set_deployment_action(label, session, [&session, tagged](const std::string& id) {
    return tag(session, id, *tagged);
  });
  label->add_option("REVISION", tagged->number, "Number of the revision")
      ->required()
      ->check(number);
  label->add_option("TAG", tagged->tag, "The tag");
  label->add_flag("--remove", tagged->remove, "Take its tag away");

  auto* back = parent.add_subcommand(
      "rollback", "Run an earlier revision again, as a new one; starts a stopped deployment");
  const auto options = std::make_shared<RollbackOptions>();
  back->add_option("--to", options->to, "Number of the revision (default: the one before)")
      ->check(number);
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
