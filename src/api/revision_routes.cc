#include "api/revision_routes.h"

#include <charconv>

#include "api/deployment_dto.h"
#include "api/etag.h"
#include "api/json_body.h"
#include "api/json_reply.h"
#include "api/query_reader.h"
#include "base/json.h"

namespace slipway::api {
namespace {

constexpr IntegerRange kPageSize{1, 1000};
constexpr IntegerRange kAnySequence{1, INT64_MAX};

// What a create or a patch would have been told at once is an answer here, not an error.
Result<Reply> faults_as_answer(const Error& error) {
  if (error.code != ErrorCode::kInvalid || error.fields.empty()) return fail(error);
  control::DryRun run;
  run.problems = error.fields;
  return json_reply(200, dry_run_json(run));
}

class RevisionRoutes {
 public:
  RevisionRoutes(control::Deployments& deployments, std::string public_url)
      : deployments_(deployments), public_url_(std::move(public_url)) {}

  Result<Reply> availability(const RouteCall& call) const {
    QueryReader query(call.request.query);
    const auto id = query.text("id");
    const auto name = query.text("name");
    TRY(query.finish());
    TRY_ASSIGN(const auto proposal, deployments_.propose_id(call.caller, id, name));
    return json_reply(
        200, {{"id", proposal.id},
              {"available", proposal.available},
              {"reason", proposal.reason.empty() ? Json(nullptr) : Json(proposal.reason)}});
  }

  Result<Reply> dry_run_create(const RouteCall& call) const {
    TRY_ASSIGN(const Json document, json_object_of(call.request));
    const auto wanted = read_new_deployment(document);
    if (!wanted) return faults_as_answer(wanted.error());
    TRY_ASSIGN(const auto run, deployments_.dry_run_create(call.caller, *wanted));
    return json_reply(200, dry_run_json(run));
  }

  Result<Reply> dry_run_update(const RouteCall& call) const {
    const std::string& id = call.path["id"];
    TRY_ASSIGN(const Json document, json_object_of(call.request, /*may_be_empty=*/true));
    const auto patch = read_deployment_patch(document);
    if (!patch) {
      TRY(deployments_.get(call.caller, id));  // strangers learn nothing
      return faults_as_answer(patch.error());
    }
    TRY_ASSIGN(const auto run,
               deployments_.dry_run_update(call.caller, id, patch->changes, patch->message));
    return json_reply(200, dry_run_json(run));
  }

  Result<Reply> rollback(const RouteCall& call) const {
    TRY_ASSIGN(const auto expected, expected_generation(call.request));
    TRY_ASSIGN(const Json document, json_object_of(call.request));
    TRY_ASSIGN(const RollbackRequest wanted, read_rollback(document));
    TRY_ASSIGN(const auto view, deployments_.rollback(call.caller, call.path["id"], wanted.revision,
                                                      wanted.message, expected));
    Reply reply = json_reply(200, deployment_json(view, public_url_));
    reply.fields.emplace_back("ETag", etag(view.deployment.generation));
    return reply;
  }

  Result<Reply> diff(const RouteCall& call) const {
    TRY_ASSIGN(const int64_t to, revision_number(call.path["n"]));
    QueryReader query(call.request.query);
    const auto against = query.integer("against", kAnySequence);
    TRY(query.finish());
    // Without a word: what this revision changed.
    const int64_t from = against.value_or(to > 1 ? to - 1 : to);
    TRY_ASSIGN(const auto changes, deployments_.diff(call.caller, call.path["id"], from, to));
    return json_reply(200, {{"from", from}, {"to", to}, {"changes", changes_json(changes)}});
  }

  Result<Reply> put_tag(const RouteCall& call) const {
    TRY_ASSIGN(const int64_t number, revision_number(call.path["n"]));
    TRY_ASSIGN(const Json document, json_object_of(call.request));
    TRY_ASSIGN(const std::string tag, read_tag(document));
    TRY_ASSIGN(const auto revision, deployments_.tag(call.caller, call.path["id"], number, tag));
    return json_reply(200, revision_json(revision));
  }

  Result<Reply> remove_tag(const RouteCall& call) const {
    TRY_ASSIGN(const int64_t number, revision_number(call.path["n"]));
    TRY(deployments_.tag(call.caller, call.path["id"], number, ""));
    return no_content();
  }

  // Newest first; the cursor is the sequence of the last one shown.
  Result<Reply> history(const RouteCall& call) const {
    QueryReader query(call.request.query);
    const int64_t limit = query.integer("limit", kPageSize).value_or(100);
    const int64_t before = query.integer("cursor", kAnySequence).value_or(0);
    TRY(query.finish());
    TRY_ASSIGN(const auto entries,
               deployments_.history(call.caller, call.path["id"], before, static_cast<int>(limit)));
    Json items = Json::array();
    for (const domain::HistoryEntry& entry : entries) items.push_back(history_json(entry));
    const bool is_full = entries.size() == static_cast<size_t>(limit);
    return page_reply(std::move(items), is_full ? std::to_string(entries.back().sequence) : "");
  }

 private:
  control::Deployments& deployments_;
  std::string public_url_;
};

}  // namespace

Result<int64_t> revision_number(const std::string& text) {
  int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < 1) {
    return fail(ErrorCode::kNotFound, "a revision is named by its number: 1, 2, 3, ...");
  }
  return number;
}

void add_revision_routes(RouteTable& table, control::Deployments& deployments,
                         const std::string& public_url) {
  const auto routes = std::make_shared<const RevisionRoutes>(deployments, public_url);
  const auto to = [&](Result<Reply> (RevisionRoutes::*handler)(const RouteCall&) const) {
    return [routes, handler](const RouteCall& call) { return ((*routes).*handler)(call); };
  };
  using http::Method;
  const std::string all = "/api/v1/deployments";
  const std::string one = all + "/{id}";
  table.add({Method::kGet,
             all + "/availability",
             "checkAvailability",
             Access::kSignedIn,
             {.tag = "deployments",
              .summary = "Is an id free, or which id would a name get",
              .query = "id:string name:string",
              .response_schema = "IdProposal"},
             to(&RevisionRoutes::availability)});
  table.add({Method::kPost,
             all + "/dry-run",
             "dryRunCreate",
             Access::kSignedIn,
             {.tag = "deployments",
              .summary = "What a create would do; writes nothing",
              .request_schema = "NewDeployment",
              .response_schema = "DryRun"},
             to(&RevisionRoutes::dry_run_create)});
  table.add({Method::kPost,
             one + "/dry-run",
             "dryRunUpdate",
             Access::kMember,
             {.tag = "deployments",
              .summary = "What a change would do; writes nothing",
              .request_schema = "DeploymentPatch",
              .response_schema = "DryRun"},
             to(&RevisionRoutes::dry_run_update)});
  table.add({Method::kPost,
             one + "/rollback",
             "rollbackDeployment",
             Access::kMember,
             {.tag = "deployments",
              .summary = "Make a new revision that says what an old one said",
              .request_schema = "Rollback",
              .response_schema = "Deployment",
              .takes_if_match = true},
             to(&RevisionRoutes::rollback)});
  table.add({Method::kGet,
             one + "/revisions/{n}/diff",
             "diffRevisions",
             Access::kMember,
             {.tag = "deployments",
              .summary = "What changed from revision `against` (default: the one before) to this",
              .query = "against:integer",
              .response_schema = "RevisionDiff"},
             to(&RevisionRoutes::diff)});
  table.add({Method::kPut,
             one + "/revisions/{n}/tag",
             "tagRevision",
             Access::kMember,
             {.tag = "deployments",
              .summary = "Tag a revision, so that retention keeps it",
              .request_schema = "RevisionTag",
              .response_schema = "Revision"},
             to(&RevisionRoutes::put_tag)});
  table.add({Method::kDelete,
             one + "/revisions/{n}/tag",
             "untagRevision",
             Access::kMember,
             {.tag = "deployments", .summary = "Take a revision's tag away", .status = 204},
             to(&RevisionRoutes::remove_tag)});
  table.add({Method::kGet,
             one + "/history",
             "listHistory",
             Access::kMember,
             {.tag = "deployments",
              .summary = "What people did to a deployment, newest first",
              .query = "limit:integer cursor:integer",
              .response_schema = "Page:HistoryEntry"},
             to(&RevisionRoutes::history)});
}

}  // namespace slipway::api
