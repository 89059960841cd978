#include "cli/follow_events.h"

#include "base/json.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr std::chrono::milliseconds kConnectAgain{1'000};

}  // namespace

Result<void> follow_events(const ApiClient& client, const Outside& outside, const std::string& path,
                           const std::function<bool(const ServerSentEvent& event)>& on_event) {
  std::string last_id;
  bool answered = false;
  while (true) {
    call::Headers headers;
    if (!last_id.empty()) headers.emplace_back("Last-Event-ID", last_id);
    EventStream stream;
    bool enough = false;
    std::string ended;
    const auto on_one = [&](const ServerSentEvent& event) {
      if (event.name == "ended") {
        ended = text_at(parse_json(event.data).value_or(Json()), {"reason"});
        return false;
      }
      enough = !on_event(event);
      return !enough;
    };
    const Result<void> read =
        client.stream(path, headers, std::chrono::milliseconds(0), [&](std::string_view bytes) {
          answered = true;
          return stream.feed(bytes, on_one);
        });
    if (!stream.last_id().empty()) last_id = stream.last_id();
    if (enough) return {};
    if (!ended.empty()) {
      return fail(ErrorCode::kUnauthenticated, "the server ended the stream: " + ended);
    }
    if (!read) {
      if (answered && read.error().code == ErrorCode::kNotFound) return {};
      if (!answered || read.error().code != ErrorCode::kUnavailable) return fail(read.error());
    }
    outside.sleep(kConnectAgain);
  }
}

}  // namespace slipway::cli
