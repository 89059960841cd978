#include "api/deployment_routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/deployment_dto.h"
#include "api/deployment_schemas.h"
#include "api/etag.h"
#include "api/idempotency.h"
#include "api/json_body.h"
#include "api/json_reply.h"
#include "api/list_watch.h"
#include "api/query_reader.h"
#include "api/revision_routes.h"
#include "base/json.h"
#include "http/uri.h"

namespace slipway::api {
namespace {

constexpr IntegerRange kPageSize{1, 1000};

void read_sort(QueryReader& query, control::DeploymentFilter& filter) {
  static constexpr std::pair<std::string_view, control::SortBy> kNames[] = {
      {"id", control::SortBy::kId},           {"name", control::SortBy::kName},
      {"updated", control::SortBy::kUpdated}, {"created", control::SortBy::kCreated},
      {"status", control::SortBy::kStatus},   {"group", control::SortBy::kGroup}};
  const auto given = query.text("sort");
  if (!given) return;
  std::string_view wanted = *given;
  filter.descending = wanted.starts_with('-');
  if (filter.descending) wanted.remove_prefix(1);
  for (const auto& [name, sort] : kNames) {
    if (name != wanted) continue;
    filter.sort = sort;
    return;
  }
  query.add_fault("sort",
                  "must be id, name, updated, created, status or group; '-' before it: "
                  "descending");
}

class DeploymentRoutes {
 public:
  DeploymentRoutes(control::Deployments& deployments, control::ListNews& news,
                   std::string public_url)
      : deployments_(deployments), news_(news), public_url_(std::move(public_url)) {}

  Result<Reply> list(const RouteCall& call) const {
    QueryReader query(call.request.query);
    control::DeploymentFilter filter;
    filter.groups = query.texts("group");
    filter.search = query.text("search").value_or("");
    filter.mine = query.flag("mine");
    if (const auto phase = query.text("status")) {
      filter.phase = domain::parse_phase(*phase);
      if (!filter.phase) {
        query.add_fault("status", "must be Deploying, Deployed, Stopping, Stopped or Failed");
      }
    }
    read_sort(query, filter);
    const auto limit = query.integer("limit", kPageSize);
    const auto cursor = query.text("cursor");
    const bool watch = query.flag("watch");
    if (watch && (limit || cursor)) {
      query.add_fault(limit ? "limit" : "cursor", "is for pages; watch=1 gives the whole list");
    }
    TRY(query.finish());
    if (watch) {
      return watch_list({deployments_, news_, public_url_}, call, std::move(filter),
                        std::string(call.request.field("Last-Event-ID")));
    }
    filter.limit = static_cast<int>(limit.value_or(100));
    filter.cursor = cursor.value_or("");
    TRY_ASSIGN(const control::DeploymentPage page, deployments_.list(call.caller, filter));
    Json items = Json::array();
    for (const auto& view : page.items) items.push_back(deployment_json(view, public_url_));
    return page_reply(std::move(items), page.next_cursor);
  }

  Result<Reply> create(const RouteCall& call) const {
    TRY_ASSIGN(auto key, idempotency_key(call.request));
    TRY_ASSIGN(const Json document, json_object_of(call.request));
    TRY_ASSIGN(control::NewDeployment wanted, read_new_deployment(document));
    wanted.idempotency_key = std::move(key);
    TRY_ASSIGN(const control::DeploymentView view, deployments_.create(call.caller, wanted));
    Reply reply = answer(201, view);
    reply.fields.emplace_back("Location",
                              fmt::format("/api/v1/deployments/{}", view.deployment.id));
    return reply;
  }

  Result<Reply> get(const RouteCall& call) const {
    TRY_ASSIGN(const auto view, deployments_.get(call.caller, call.path["id"]));
    return answer(200, view);
  }

  Result<Reply> patch(const RouteCall& call) const {
    TRY_ASSIGN(const auto expected, expected_generation(call.request));
    TRY_ASSIGN(const Json document, json_object_of(call.request));
    TRY_ASSIGN(const DeploymentPatch patch, read_deployment_patch(document));
    TRY_ASSIGN(const auto view, deployments_.update(call.caller, call.path["id"], patch.changes,
                                                    patch.message, expected));
    return answer(200, view);
  }

  // The confirmation travels in the query: a body of DELETE has no meaning (RFC 9110 §9.3.5).
  Result<Reply> remove(const RouteCall& call) const {
    const std::string& id = call.path["id"];
    TRY_ASSIGN(const auto expected, expected_generation(call.request));
    QueryReader query(call.request.query);
    const auto confirm = query.text("confirm");
    if (!confirm) query.add_fault("confirm", "is required: the name of the deployment");
    TRY(query.finish());
    TRY(deployments_.remove(call.caller, id, *confirm, expected));
    // Its replicas may take a while to end; until then it can be looked at.
    const auto left = deployments_.get(call.caller, id);
    return left ? answer(202, *left) : no_content();
  }

  Result<Reply> start(const RouteCall& call) const {
    TRY_ASSIGN(const auto expected, expected_generation(call.request));
    TRY(no_members_in(call.request));
    TRY_ASSIGN(const auto view, deployments_.start(call.caller, call.path["id"], expected));
    return answer(202, view);
  }

  Result<Reply> stop(const RouteCall& call) const {
    TRY_ASSIGN(const auto expected, expected_generation(call.request));
    TRY(no_members_in(call.request));
    TRY_ASSIGN(const auto view, deployments_.stop(call.caller, call.path["id"], expected));
    return answer(202, view);
  }

  // Newest first; the cursor is the number of the last one shown.
  Result<Reply> revisions(const RouteCall& call) const {
    QueryReader query(call.request.query);
    const auto limit = static_cast<size_t>(query.integer("limit", kPageSize).value_or(100));
    const auto before = query.integer("cursor", {1, INT64_MAX});
    TRY(query.finish());
    TRY_ASSIGN(auto all, deployments_.revisions(call.caller, call.path["id"]));
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.number > b.number; });
    Json items = Json::array();
    std::string next;
    for (const domain::Revision& revision : all) {
      if (before && revision.number >= *before) continue;
      if (items.size() == limit) {
        next = std::to_string(items.back()["number"].get<int64_t>());
        break;
      }
      items.push_back(revision_json(revision));
    }
    return page_reply(std::move(items), next);
  }

  Result<Reply> revision(const RouteCall& call) const {
    TRY_ASSIGN(const int64_t number, revision_number(call.path["n"]));
    TRY_ASSIGN(const auto revision, deployments_.revision(call.caller, call.path["id"], number));
    return json_reply(200, revision_json(revision));
  }

  Result<Reply> replicas(const RouteCall& call) const {
    TRY_ASSIGN(const auto all, deployments_.replicas(call.caller, call.path["id"]));
    Json items = Json::array();
    for (const auto& replica : all) items.push_back(replica_json(replica));
    return page_reply(std::move(items));
  }

 private:
  Reply answer(int status, const control::DeploymentView& view) const {
    return with_etag(json_reply(status, deployment_json(view, public_url_)),
                     view.deployment.generation);
  }

  control::Deployments& deployments_;
  control::ListNews& news_;
  std::string public_url_;
};

}  // namespace

void add_deployment_routes(RouteTable& table, control::Deployments& deployments,
                           control::ListNews& news, const std::string& public_url) {
  table.add_schemas(deployment_schemas());
  add_revision_routes(table, deployments, public_url);
  const auto routes = std::make_shared<const DeploymentRoutes>(deployments, news, public_url);
  const auto to = [&](Result<Reply> (DeploymentRoutes::*handler)(const RouteCall&) const) {
    return [routes, handler](const RouteCall& call) { return ((*routes).*handler)(call); };
  };
  using http::Method;
  const std::string all = "/api/v1/deployments";
  const std::string one = all + "/{id}";
  table.add({Method::kGet,
             all,
             "listDeployments",
             Access::kSignedIn,
             {.tag = "deployments",
              .summary = "Deployments of the caller's groups; with watch=1 as server-sent events",
              .query = "group:string[] search:string mine:boolean status:string sort:string "
                       "limit:integer cursor:string watch:boolean",
              .response_schema = "Page:Deployment",
              .more_answers = {{200, "EventStream", "text/event-stream"}}},
             to(&DeploymentRoutes::list)});
  table.add({Method::kPost,
             all,
             "createDeployment",
             Access::kMember,
             {.tag = "deployments",
              .summary = "Create a deployment and start it",
              .request_schema = "NewDeployment",
              .status = 201,
              .response_schema = "Deployment",
              .repeat = Repeat::kUseCase},
             to(&DeploymentRoutes::create)});
  table.add({Method::kGet,
             one,
             "getDeployment",
             Access::kMember,
             {.tag = "deployments",
              .summary = "One deployment with its status",
              .response_schema = "Deployment"},
             to(&DeploymentRoutes::get)});
  table.add(
      {Method::kPatch,
       one,
       "updateDeployment",
       Access::kMember,
       {.tag = "deployments",
        .summary =
            "Change a deployment: makes a new revision and rolls it out; starts a stopped one",
        .request_schema = "DeploymentPatch",
        .response_schema = "Deployment",
        .takes_if_match = true},
       to(&DeploymentRoutes::patch)});
  table.add({Method::kDelete,
             one,
             "deleteDeployment",
             Access::kMember,
             {.tag = "deployments",
              .summary = "Delete a deployment; confirm is its name",
              .query = "confirm:string!",
              .status = 202,
              .response_schema = "Deployment",
              .more_answers = {{204}},
              .takes_if_match = true},
             to(&DeploymentRoutes::remove)});
  table.add({Method::kPost,
             one + "/start",
             "startDeployment",
             Access::kMember,
             {.tag = "deployments",
              .summary = "Start a stopped deployment",
              .status = 202,
              .response_schema = "Deployment",
              .takes_if_match = true},
             to(&DeploymentRoutes::start)});
  table.add({Method::kPost,
             one + "/stop",
             "stopDeployment",
             Access::kMember,
             {.tag = "deployments",
              .summary = "Stop a deployment; everything but its replicas is kept",
              .status = 202,
              .response_schema = "Deployment",
              .takes_if_match = true},
             to(&DeploymentRoutes::stop)});
  table.add({Method::kGet,
             one + "/revisions",
             "listRevisions",
             Access::kMember,
             {.tag = "deployments",
              .summary = "The history of a deployment's settings, newest first",
              .query = "limit:integer cursor:string",
              .response_schema = "Page:Revision"},
             to(&DeploymentRoutes::revisions)});
  table.add({Method::kGet,
             one + "/revisions/{n}",
             "getRevision",
             Access::kMember,
             {.tag = "deployments", .summary = "One revision", .response_schema = "Revision"},
             to(&DeploymentRoutes::revision)});
  table.add({Method::kGet,
             one + "/replicas",
             "listReplicas",
             Access::kMember,
             {.tag = "deployments",
              .summary = "What runs now for a deployment",
              .response_schema = "Page:Replica"},
             to(&DeploymentRoutes::replicas)});
}

}  // namespace slipway::api
