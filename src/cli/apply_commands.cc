#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/api_reply.h"
#include "cli/apply_ask.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/deployment_parts.h"
#include "cli/dry_run.h"
#include "cli/send_again.h"
#include "cli/units.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

struct ApplyOptions {
  ApplyFiles wanted;
  bool dry_run = false;
  bool yes = false;
  WaitOptions wait;
};

Json steps_json(const std::vector<ApplyStep>& steps) {
  Json out = Json::array();
  for (const ApplyStep& step : steps) {
    Json item = {{"id", step.id.empty() ? Json(nullptr) : Json(step.id)},
                 {"name", step.name},
                 {"action", done_word(step.action)}};
    if (step.action == ApplyAction::kChange) item["changes"] = changes_of(step.dry_run);
    out.push_back(std::move(item));
  }
  return out;
}

// The plan as the data of the command.
void show_plan(const Session& session, const std::vector<ApplyStep>& steps) {
  session.show(
      steps_json(steps), [&](bool) { return plan_text(steps); },
      [&] { return names_of(steps_json(steps), "name"); });
}

// Does it, and fills in the id of what was made.
Result<void> carry_out(const Session& session, const ApiClient& client, ApplyStep& step) {
  switch (step.action) {
    case ApplyAction::kNothing:
      return {};
    case ApplyAction::kDelete:
      TRY(client.remove(deployment_path(step.id, "?confirm=" + call::url_encode(step.name))));
      return {};
    case ApplyAction::kCreate: {
      TRY_ASSIGN(const ApiReply made, create_once(session.outside, client, step.body));
      step.id = text_at(made.body, {"id"});
      return {};
    }
    case ApplyAction::kChange: {
      call::Headers headers;
      if (!step.etag.empty()) headers.emplace_back("If-Match", step.etag);
      TRY(client.patch(deployment_path(step.id), step.body, headers));
      return {};
    }
  }
  return {};
}

Result<void> wait_for_all(const Session& session, const ApiClient& client,
                          const std::vector<ApplyStep>& steps, const WaitOptions& options) {
  TRY_ASSIGN(const auto timeout, parse_duration(options.timeout));
  const Monotonic started = session.outside.monotonic();
  Result<void> worst;
  for (const ApplyStep& step : steps) {
    if (step.action == ApplyAction::kNothing) continue;
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(
        session.outside.monotonic() - started);
    const Goal goal = step.action == ApplyAction::kDelete ? Goal::kDeleted : Goal::kDeployed;
    session.outside.err(fmt::format("waiting for '{}'\n", step.id));
    const Result<void> waited = wait_for(client, session.outside, step.id, goal,
                                         std::max(timeout - elapsed, std::chrono::milliseconds(0)));
    if (waited) continue;
    // The others are worth knowing about, too.
    if (!worst) session.outside.err(worst.error().message + "\n");
    worst = waited;
  }
  return worst;
}

Result<void> apply(const Session& session, const ApiClient& client, const ApplyOptions& options) {
  if (options.wanted.prune && options.wanted.group.empty()) {
    return fail(ErrorCode::kInvalid, "--prune wants --group: whose deployments may be deleted");
  }
  TRY_ASSIGN(std::vector<ApplyStep> steps, make_plan(session, client, options.wanted));
  if (options.dry_run) {
    show_plan(session, steps);
    return {};
  }
  const auto changes = std::count_if(steps.begin(), steps.end(), [](const ApplyStep& step) {
    return step.action != ApplyAction::kNothing;
  });
  if (changes > 0) {
    session.outside.err(plan_text(steps));
    TRY(confirm(session, fmt::format("Carry out {} change{}?", changes, changes == 1 ? "" : "s"),
                options.yes));
  }
  std::vector<ApplyStep> done;
  Result<void> ended;
  for (ApplyStep& step : steps) {
    ended = carry_out(session, client, step);
    if (!ended) {
      ended = fail(ended.error().within(step.id.empty() ? step.name : step.id));
      break;
    }
    done.push_back(step);
  }
  session.show(
      steps_json(done),
      [&](bool) {
        std::string text;
        for (const ApplyStep& step : done) {
          text += fmt::format("{} {}\n", step.id, done_word(step.action));
        }
        return text;
      },
      [&] { return names_of(steps_json(done), "id"); });
  if (!ended) return ended;
  return options.wait.wait ? wait_for_all(session, client, done, options.wait) : Result<void>();
}

void add_files(CLI::App* command, ApplyFiles& options) {
  command
      ->add_option("-f,--file", options.files,
                   "YAML or JSON with one or many documents, - for stdin; repeatable")
      ->allow_extra_args(false);
  command->add_option("--group", options.group, "Group of the documents that name none");
}

struct DiffOptions {
  std::string id;
  int64_t from = 0;
  int64_t to = 0;
  ApplyFiles wanted;
};

Result<void> diff_revisions(const Session& session, const ApiClient& client,
                            const DiffOptions& options) {
  TRY_ASSIGN(const Json revisions,
             client.all_pages(deployment_path(options.id, "/revisions?limit=500")));
  if (revisions.empty()) return fail(ErrorCode::kNotFound, "there is no revision to compare");
  const int64_t to = options.to != 0 ? options.to : number_at(revisions[0], "number");
  const int64_t from =
      options.from != 0 ? options.from
                        : number_at(revisions[std::min<size_t>(1, revisions.size() - 1)], "number");
  TRY_ASSIGN(const ApiReply reply,
             client.get(deployment_path(options.id,
                                        fmt::format("/revisions/{}/diff?against={}", to, from))));
  const std::string text = changes_text(changes_of(reply.body), "    ");
  session.show(
      reply.body,
      [&](bool) {
        return fmt::format("{} from revision {} to {}{}\n{}", options.id, from, to,
                           text.empty() ? ": no difference" : "", text);
      },
      [&] { return names_of(changes_of(reply.body), "field"); });
  return {};
}

}  // namespace

void add_apply_commands(CLI::App& app, Session& session) {
  const auto options = std::make_shared<ApplyOptions>();
  auto* command = add_verb(
      app, session, "apply", "Make the server hold what files say; shows the difference first",
      "slipway apply -f models.yaml --dry-run\n"
      "slipway apply -f models.yaml --group vision --prune --yes --wait",
      [&session, options](const ApiClient& client) { return apply(session, client, *options); });
  add_files(command, options->wanted);
  command->get_option("--file")->required();
  command->add_flag("--dry-run", options->dry_run, "Only show what would change");
  command->add_flag("--prune", options->wanted.prune,
                    "Delete the deployments of --group that apply made and no file names");
  command->add_flag("-y,--yes", options->yes, "Do not ask");
  command->add_option("-m,--message", options->wanted.message,
                      "Why: stands in the history of documents without a message");
  add_wait_options(*command, options->wait);

  const auto compared = std::make_shared<DiffOptions>();
  auto* diff =
      add_verb(app, session, "diff", "Show what differs between two revisions, or from files",
               "slipway diff iris-x7k2p 3 5\nslipway diff -f models.yaml",
               [&session, compared](const ApiClient& client) -> Result<void> {
                 if (compared->id.empty() == compared->wanted.files.empty()) {
                   return fail(ErrorCode::kInvalid, "give either the id of a deployment or --file");
                 }
                 if (!compared->id.empty()) return diff_revisions(session, client, *compared);
                 TRY_ASSIGN(const auto steps, make_plan(session, client, compared->wanted));
                 show_plan(session, steps);
                 return {};
               });
  diff->add_option("ID", compared->id, "Id of the deployment");
  diff->add_option("FROM", compared->from,
                   "Number of a revision (default: the one before the newest)")
      ->check(CLI::Range(int64_t{1}, INT64_MAX));
  diff->add_option("TO", compared->to, "Number of a revision (default: the newest)")
      ->check(CLI::Range(int64_t{1}, INT64_MAX));
  add_files(diff, compared->wanted);
}

}  // namespace slipway::cli
