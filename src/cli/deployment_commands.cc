#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/deployment_parts.h"
#include "cli/dry_run.h"
#include "cli/follow_events.h"
#include "cli/read_logs.h"
#include "cli/send_again.h"
#include "cli/spec_options.h"
#include "cli/units.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

// What would happen; the exit code says whether it would be accepted.
Result<void> try_out(const Session& session, const ApiClient& client, const std::string& path,
                     const Json& document) {
  TRY_ASSIGN(const ApiReply reply, client.post(path + "/dry-run", document));
  session.show(
      reply.body,
      [&](bool) {
        return changes_text(changes_of(reply.body), "") + prospects_text(reply.body, "");
      },
      [&] { return names_of(changes_of(reply.body), "field"); });
  if (auto refusal = refusal_of(reply.body)) return fail(std::move(*refusal));
  return {};
}

struct CreateOptions {
  std::string name;
  std::string id;
  std::string group;
  std::string file;
  SpecOptions spec;
  WaitOptions wait;
};

Result<Json> read_document(const Session& session, const std::string& file) {
  if (file.empty()) return Json::object();
  TRY_ASSIGN(const std::string text, read_input(session, file));
  auto document = parse_json(text);
  if (!document) return fail(document.error().within(file));
  if (!document->is_object()) return fail(ErrorCode::kInvalid, file + " holds no JSON object");
  return document;
}

Result<void> create(const Session& session, const CreateOptions& options) {
  TRY_ASSIGN(const ApiClient client, session.client());
  TRY_ASSIGN(Json document, read_document(session, options.file));
  if (!options.name.empty()) document["name"] = options.name;
  if (!options.id.empty()) document["id"] = options.id;
  if (!options.group.empty()) document["group"] = options.group;
  TRY(write_spec(options.spec, nullptr, document));
  if (options.spec.dry_run) return try_out(session, client, "/api/v1/deployments", document);
  TRY_ASSIGN(const ApiReply made, create_once(session.outside, client, document));
  return finish(session, client, made.body, options.wait, Goal::kDeployed);
}

struct ListOptions {
  std::vector<std::string> groups;
  std::string search;
  std::string status;
  std::string sort;
  bool mine = false;
  bool watch = false;
};

// A line for each deployment, and again whenever it changes. After a restart of control the stream
// begins with the whole list: only what changed meanwhile is shown.
Result<void> watch_list(const Session& session, const ApiClient& client,
                        const std::string& filter) {
  const bool people =
      session.format() == OutputFormat::kTable || session.format() == OutputFormat::kWide;
  std::map<std::string, std::string> shown;  // by id
  const auto show_left = [&](const Json& deployment) {
    shown.erase(text_at(deployment, {"id"}));
    session.outside.out(people
                            ? listed_line(deployment, true)
                            : dump_json({{"event", "removed"}, {"deployment", deployment}}) + "\n");
  };
  return follow_events(client, session.outside, "/api/v1/deployments?watch=1" + filter,
                       [&](const ServerSentEvent& event) {
                         const Json data = parse_json(event.data).value_or(Json());
                         const std::string id = text_at(data, {"id"});
                         if (event.name == "removed") show_left(data);
                         if (event.name == "deployment") {
                           const std::string line =
                               people ? listed_line(data, false)
                                      : dump_json({{"event", event.name}, {"deployment", data}}) +
                                            "\n";
                           if (std::exchange(shown[id], line) != line) session.outside.out(line);
                         }
                         if (event.name == "listed") {
                           std::set<std::string> ids;
                           for (const Json& one : data.value("ids", Json::array())) ids.insert(one);
                           std::vector<std::string> gone;
                           for (const auto& [known, line] : shown) {
                             if (!ids.contains(known)) gone.push_back(known);
                           }
                           for (const std::string& one : gone) show_left({{"id", one}});
                         }
                         return true;
                       });
}

Result<void> list(const Session& session, const ListOptions& options) {
  TRY_ASSIGN(const ApiClient client, session.client());
  std::string path;
  for (const std::string& group : options.groups) path += "&group=" + call::url_encode(group);
  if (!options.search.empty()) path += "&search=" + call::url_encode(options.search);
  if (!options.status.empty()) path += "&status=" + call::url_encode(options.status);
  if (!options.sort.empty()) path += "&sort=" + call::url_encode(options.sort);
  if (options.mine) path += "&mine=1";
  if (options.watch) return watch_list(session, client, path);
  TRY_ASSIGN(const Json items, client.all_pages("/api/v1/deployments?limit=500" + path));
  const Timestamp now = session.outside.now();
  session.show(
      items, [&](bool wide) { return deployments_table(items, wide, now); },
      [&] { return names_of(items, "id"); });
  return {};
}

Result<void> get(const Session& session, const std::string& id) {
  TRY_ASSIGN(const ApiClient client, session.client());
  TRY_ASSIGN(const ApiReply reply, client.get(deployment_path(id)));
  TRY_ASSIGN(const Json replicas, client.all_pages(deployment_path(id, "/replicas")));
  const Timestamp now = session.outside.now();
  session.show(
      reply.body,
      [&](bool wide) {
        std::string text = deployment_description(reply.body, now);
        if (!replicas.empty()) text += "\n" + replicas_table(replicas, wide, now);
        return text;
      },
      [&] { return id + "\n"; });
  return {};
}

Result<void> update(const Session& session, const std::string& id, const SpecOptions& spec,
                    const WaitOptions& wait) {
  TRY_ASSIGN(const ApiClient client, session.client());
  TRY_ASSIGN(const ApiReply present, client.get(deployment_path(id)));
  Json document = Json::object();
  TRY(write_spec(spec, present.body, document));
  if (document.empty()) {
    return fail(ErrorCode::kInvalid, "nothing to change was given; see --help");
  }
  if (spec.dry_run) return try_out(session, client, deployment_path(id), document);
  // -e and --metadata change a list that was just read: nobody may have changed it in between.
  call::Headers headers;
  if (!present.etag.empty()) headers.emplace_back("If-Match", present.etag);
  TRY_ASSIGN(const ApiReply changed, client.patch(deployment_path(id), document, headers));
  return finish(session, client, changed.body, wait, Goal::kDeployed);
}

Result<void> act(const Session& session, const std::string& id, std::string_view action,
                 const WaitOptions& wait, Goal goal) {
  TRY_ASSIGN(const ApiClient client, session.client());
  TRY_ASSIGN(const ApiReply reply,
             client.post(deployment_path(id, fmt::format("/{}", action)), nullptr));
  return finish(session, client, reply.body, wait, goal);
}

Result<void> remove(const Session& session, const std::string& id, bool yes,
                    const WaitOptions& wait) {
  TRY_ASSIGN(const ApiClient client, session.client());
  TRY_ASSIGN(const ApiReply present, client.get(deployment_path(id)));
  const std::string name = text_at(present.body, {"name"});
  if (!yes) {
    const auto typed = session.outside.ask(
        fmt::format("This deletes '{}' ({}) with its history. Type its name to go on: ", name, id));
    if (!typed) {
      return fail(ErrorCode::kInvalid, "there is no terminal to confirm at; use --yes");
    }
    if (*typed != name)
      return fail(ErrorCode::kInvalid, "that is not its name; nothing was deleted");
  }
  TRY(client.remove(deployment_path(id, "?confirm=" + call::url_encode(name))));
  if (wait.wait) {
    TRY_ASSIGN(const auto timeout, parse_duration(wait.timeout));
    TRY(wait_for(client, session.outside, id, Goal::kDeleted, timeout));
  }
  session.outside.err(fmt::format("deleted '{}'\n", id));
  return {};
}

Result<void> wait(const Session& session, const std::string& id, const std::string& goal,
                  const std::string& timeout) {
  TRY_ASSIGN(const ApiClient client, session.client());
  TRY_ASSIGN(const auto time, parse_duration(timeout));
  return wait_for(client, session.outside, id, parse_goal(goal).value_or(Goal::kDeployed), time);
}

}  // namespace

void add_deployment_commands(CLI::App& app, Session& session) {
  auto* all = app.add_subcommand("deployments", "Create, look at, change and end deployments");
  all->alias("deployment")->alias("deploy");
  all->require_subcommand(1);
  all->footer(example("slipway deployments list -o wide"));

  auto* make = all->add_subcommand("create", "Create a deployment and start it");
  const auto created = std::make_shared<CreateOptions>();
  make->add_option("NAME", created->name, "Name; the id is made from it");
  make->add_option("--id", created->id, "Id of your own choice");
  make->add_option("--group", created->group, "Group (default: your only one)");
  make->add_option("-f,--file", created->file,
                   "JSON document to begin with, - for stdin; options win over it");
  add_spec_options(*make, created->spec, false);
  add_wait_options(*make, created->wait);
  make->footer(
      example("slipway deployments create iris --image iris-sklearn:1 --replicas 2 \\\n"
              "    --instance-type cpu-0.5 -e MODEL_NAME=Iris --wait"));
  make->callback([&session, created] {
    session.action = [&session, created] { return create(session, *created); };
  });

  auto* listing = all->add_subcommand("list", "List deployments");
  listing->alias("ls");
  const auto filter = std::make_shared<ListOptions>();
  listing->add_option("--group", filter->groups, "Only of this group; repeatable")
      ->allow_extra_args(false);
  listing->add_option("--search", filter->search, "Only with this in name or id");
  listing->add_option("--status", filter->status, "Only in this status")
      ->transform(CLI::IsMember({"Deploying", "Deployed", "Stopping", "Stopped", "Failed"},
                                CLI::ignore_case));
  listing->add_option("--sort", filter->sort,
                      "By id, name, updated, created, status or group; -updated: newest first");
  listing->add_flag("--mine", filter->mine, "Only what I created or changed last");
  listing->add_flag("-w,--watch", filter->watch, "Go on as they change, a line each");
  listing->footer(example("slipway deployments list --status Failed -o json"));
  listing->callback([&session, filter] {
    session.action = [&session, filter] { return list(session, *filter); };
  });

  auto* one = all->add_subcommand("get", "Show one deployment with its replicas");
  one->footer(example("slipway deployments get iris-x7k2p -o yaml"));
  set_deployment_action(one, session,
                        [&session](const std::string& id) { return get(session, id); });

  auto* change = all->add_subcommand("update", "Change a deployment; starts a stopped one");
  const auto changed = std::make_shared<SpecOptions>();
  const auto change_wait = std::make_shared<WaitOptions>();
  add_spec_options(*change, *changed, true);
  add_wait_options(*change, *change_wait);
  change->footer(
      example("slipway deployments update iris-x7k2p --image iris-sklearn:2 -m 'new data' --wait"));
  set_deployment_action(change, session, [&session, changed, change_wait](const std::string& id) {
    return update(session, id, *changed, *change_wait);
  });

  const auto add_act = [&](const char* name, const char* help, Goal goal) {
    auto* command = all->add_subcommand(name, help);
    const auto waiting = std::make_shared<WaitOptions>();
    add_wait_options(*command, *waiting);
    command->footer(example(fmt::format("slipway deployments {} iris-x7k2p --wait", name)));
    set_deployment_action(
        command, session,
        [&session, waiting, goal, action = std::string(name)](const std::string& id) {
          return act(session, id, action, *waiting, goal);
        });
  };
  add_act("start", "Start a stopped deployment", Goal::kDeployed);
  add_act("stop", "Stop a deployment; everything but its replicas is kept", Goal::kStopped);

  auto* end = all->add_subcommand("delete", "Delete a deployment; asks for its name");
  end->alias("rm");
  const auto yes = std::make_shared<bool>(false);
  const auto end_wait = std::make_shared<WaitOptions>();
  end->add_flag("-y,--yes", *yes, "Do not ask");
  add_wait_options(*end, *end_wait);
  end->footer(example("slipway deployments delete iris-x7k2p --yes"));
  set_deployment_action(end, session, [&session, yes, end_wait](const std::string& id) {
    return remove(session, id, *yes, *end_wait);
  });

  auto* logs = all->add_subcommand("logs", "Show stored log lines, also of replicas that are gone");
  const auto wish = std::make_shared<LogWish>();
  logs->add_option("--replica", wish->replica, "Only this replica (default: all, named)");
  auto* tail = logs->add_option("--tail", wish->tail,
                                "Only the newest so many lines (default: 2000, with --since all)");
  tail->check(CLI::Range(0, 1'000'000'000));
  logs->add_flag("--all", wish->all, "Every line there is")->excludes(tail);
  logs->add_flag("-f,--follow", wish->follow, "Go on as new lines come");
  logs->add_option("--since", wish->since, "From this time on: 2026-01-31T12:00:00Z, or 10m ago");
  logs->add_option("--until", wish->until, "Before this time");
  logs->add_option("--grep", wish->grep, "Only lines that match this regular expression (RE2)");
  logs->add_flag("--previous", wish->previous, "Of the process before the newest one");
  logs->add_option("--stream", wish->streams,
                   "stdout, stderr, pull, event or all (default: stdout and stderr)");
  logs->add_option("--format", wish->format, "Form of the lines")
      ->check(CLI::IsMember({"text", "ndjson", "gzip"}))
      ->capture_default_str();
  logs->add_flag("--timestamps", wish->timestamps, "With the time before each line");
  logs->footer(example("slipway deployments logs iris-x7k2p -f --tail 100"));
  set_deployment_action(logs, session, [&session, wish](const std::string& id) -> Result<void> {
    TRY_ASSIGN(const ApiClient client, session.client());
    wish->deployment = id;
    return read_logs(client, session.outside, *wish);
  });

  auto* waiting = all->add_subcommand("wait", "Wait until a deployment is what you say");
  const auto goal = std::make_shared<std::string>("deployed");
  const auto timeout = std::make_shared<std::string>("15m");
  waiting->add_option("--for", *goal, "What to wait for")
      ->check(CLI::IsMember({"deployed", "stopped", "deleted"}))
      ->capture_default_str();
  waiting->add_option("--timeout", *timeout, "How long, e.g. 90s")->capture_default_str();
  waiting->footer(example("slipway deployments wait iris-x7k2p --for deployed --timeout 2m"));
  set_deployment_action(waiting, session, [&session, goal, timeout](const std::string& id) {
    return wait(session, id, *goal, *timeout);
  });

  add_metrics_command(*all, session);
  add_history_commands(*all, session);
}

}  // namespace slipway::cli
