#include "api/event_routes.h"

#include <charconv>
#include <chrono>
#include <thread>

#include "api/deployment_dto.h"
#include "api/json_reply.h"
#include "api/lasting_caller.h"
#include "api/query_reader.h"
#include "api/server_sent.h"
#include "base/json.h"

namespace slipway::api {
namespace {

constexpr int kBatch = 500;
// A change that shows nothing new here (it concerned something not told) must not make us spin.
constexpr std::chrono::milliseconds kPauseAfterNothing{100};

// One reader's walk along the timeline of one deployment.
class Watcher {
 public:
  Watcher(control::Deployments& deployments, LastingCaller caller, std::string id, int64_t after)
      : deployments_(deployments), caller_(std::move(caller)), id_(std::move(id)), after_(after) {}

  Result<void> run(const ByteSink& sink) {
    while (true) {
      if (const Result<void> still = caller_.check(); !still) {
        sink(server_sent("ended", "", {{"reason", still.error().message}}));
        return {};
      }
      const Result<bool> told = tell(sink);
      if (!told && told.error().code == ErrorCode::kNotFound) {
        sink(server_sent("deleted", "", {{"deployment_id", id_}}));
        return {};
      }
      if (!told) return fail(told.error());
      if (!open_) return {};
      const bool changed = deployments_.wait_for_change(id_, after_, kLookForReader);
      if (!changed) {
        open_ = heart_.beat(sink);
      } else if (!*told) {
        std::this_thread::sleep_for(kPauseAfterNothing);
        open_ = sink("");
      }
      if (!open_) return {};
    }
  }

 private:
  // true: there was something new.
  Result<bool> tell(const ByteSink& sink) {
    bool any = false;
    while (open_) {
      TRY_ASSIGN(const auto events, deployments_.events(caller_.caller(), id_, after_, kBatch));
      for (const control::Event& event : events) {
        after_ = event.sequence;
        any = true;
        open_ = open_ && sink(server_sent("", std::to_string(event.sequence), event_json(event)));
      }
      if (events.size() < static_cast<size_t>(kBatch)) break;
    }
    TRY_ASSIGN(const auto view, deployments_.get(caller_.caller(), id_));
    if (!last_status_ || !(*last_status_ == view.status)) {
      last_status_ = view.status;
      any = true;
      Json data = status_json(view.status);
      data["generation"] = view.status.generation;
      open_ = open_ && sink(server_sent("status", "", data));
    }
    return any;
  }

  control::Deployments& deployments_;
  LastingCaller caller_;
  std::string id_;
  int64_t after_;
  std::optional<domain::Status> last_status_;
  Heartbeat heart_;
  bool open_ = true;
};

Result<Reply> list(control::Deployments& deployments, const RouteCall& call) {
  QueryReader query(call.request.query);
  const int64_t limit = query.integer("limit", {1, 1000}).value_or(100);
  const bool watch = query.flag("watch");
  int64_t after = query.integer("after", {0, INT64_MAX}).value_or(0);
  if (const auto cursor = query.integer("cursor", {0, INT64_MAX})) after = *cursor;
  TRY(query.finish());
  const std::string id = call.path["id"];

  if (!watch) {
    TRY_ASSIGN(const auto events,
               deployments.events(call.caller, id, after, static_cast<int>(limit)));
    Json items = Json::array();
    for (const auto& event : events) items.push_back(event_json(event));
    const bool more = events.size() == static_cast<size_t>(limit);
    return page_reply(std::move(items), more ? std::to_string(events.back().sequence) : "");
  }

  if (const std::string_view last = call.request.field("Last-Event-ID"); !last.empty()) {
    const auto [end, problem] = std::from_chars(last.data(), last.data() + last.size(), after);
    if (problem != std::errc() || end != last.data() + last.size() || after < 0) {
      return fail(ErrorCode::kInvalid, "Last-Event-ID must be an id that this stream gave");
    }
  }
  TRY(deployments.get(call.caller, id));  // refused before the head of the stream is sent
  Reply reply;
  reply.content_type = "text/event-stream";
  reply.stream = [&deployments, caller = LastingCaller(call), id, after](const ByteSink& sink) {
    return Watcher(deployments, caller, id, after).run(sink);
  };
  return reply;
}

}  // namespace

void add_event_routes(RouteTable& table, control::Deployments& deployments) {
  table.add({http::Method::kGet,
             "/api/v1/deployments/{id}/events",
             "listEvents",
             Access::kMember,
             {.tag = "deployments",
              .summary = "The timeline of a deployment; with watch=1 as server-sent events",
              .query = "limit:integer cursor:string after:integer watch:boolean",
              .response_schema = "Page:Event",
              .more_answers = {{200, "EventStream", "text/event-stream"}}},
             [&deployments](const RouteCall& call) { return list(deployments, call); }});
}

}  // namespace slipway::api
