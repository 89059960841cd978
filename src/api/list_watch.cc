#include "api/list_watch.h"

#include <set>
#include <thread>

#include "api/deployment_dto.h"
#include "api/server_sent.h"
#include "base/json.h"

namespace slipway::api {
namespace {

constexpr int kBatch = 200;
// Changes of a busy time are told together.
constexpr std::chrono::milliseconds kBetweenLooks{100};

// One reader's view of the list.
class ListWatcher {
 public:
  ListWatcher(ListWatchParts parts, LastingCaller caller, control::DeploymentFilter filter,
              std::string position)
      : parts_(std::move(parts)),
        caller_(std::move(caller)),
        filter_(std::move(filter)),
        position_(std::move(position)) {}

  Result<void> run(const ByteSink& sink) {
    std::chrono::milliseconds patience{0};  // the first look tells at once what is there
    while (true) {
      if (const Result<void> still = caller_.check(); !still) {
        sink(server_sent("ended", "", {{"reason", still.error().message}}));
        return {};
      }
      const control::ListNews::Since since = parts_.news.after(position_, patience);
      const bool is_first = patience.count() == 0;
      patience = kLookForReader;
      bool open = true;
      if (since.is_lost) {
        open = sink(server_sent("reset", "", Json::object()));
        if (!open) return {};
        TRY_ASSIGN(open, look_through(sink, /*tell=*/true));
      } else {
        TRY_ASSIGN(open, tell(sink, since.ids));
        if (!open) return {};
        if (is_first) {
          TRY_ASSIGN(open, look_through(sink, /*tell=*/false));
        }
        if (open && since.ids.empty()) open = heart_.beat(sink);
      }
      if (!open) return {};
      if (since.position == position_) continue;
      // Only after all of it: who was cut off in between hears it again.
      position_ = since.position;
      if (!sink(server_sent_position(position_))) return {};
      std::this_thread::sleep_for(kBetweenLooks);
    }
  }

 private:
  // The whole list, page by page, and which ids it has; false: nobody reads any more.
  Result<bool> look_through(const ByteSink& sink, bool tell) {
    shown_.clear();
    control::DeploymentFilter page_wanted = filter_;
    page_wanted.limit = kBatch;
    do {
      TRY_ASSIGN(const control::DeploymentPage page,
                 parts_.deployments.list(caller_.caller(), page_wanted));
      for (const control::DeploymentView& view : page.items) {
        shown_.insert(view.deployment.id);
        if (tell && !show(sink, view)) return false;
      }
      page_wanted.cursor = page.next_cursor;
    } while (!page_wanted.cursor.empty());
    return sink(server_sent("listed", "", {{"ids", shown_}}));
  }

  Result<bool> tell(const ByteSink& sink, const std::set<std::string>& ids) {
    for (const std::string& id : ids) {
      TRY_ASSIGN(const auto view, parts_.news.find(caller_.caller(), filter_, id));
      if (view && !show(sink, *view)) return false;
      // Of others nothing is said: what was never shown may be of a foreign group.
      const bool left = !view && shown_.erase(id) > 0;
      if (left && !sink(server_sent("removed", "", {{"id", id}}))) return false;
    }
    return true;
  }

  bool show(const ByteSink& sink, const control::DeploymentView& view) {
    shown_.insert(view.deployment.id);
    return sink(server_sent("deployment", "", deployment_json(view, parts_.public_url)));
  }

  ListWatchParts parts_;
  LastingCaller caller_;
  control::DeploymentFilter filter_;
  std::string position_;
  std::set<std::string> shown_;
  Heartbeat heart_;
};

}  // namespace

Result<Reply> watch_list(const ListWatchParts& parts, const RouteCall& call,
                         control::DeploymentFilter filter, std::string position) {
  // Refused before the head of the stream is sent.
  control::DeploymentFilter one = filter;
  one.limit = 1;
  TRY(parts.deployments.list(call.caller, one));
  Reply reply;
  reply.content_type = "text/event-stream";
  reply.stream = [parts, caller = LastingCaller(call), filter = std::move(filter),
                  position = std::move(position)](const ByteSink& sink) {
    return ListWatcher(parts, caller, filter, position).run(sink);
  };
  return reply;
}

}  // namespace slipway::api
