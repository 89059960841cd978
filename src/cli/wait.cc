#include "cli/wait.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/api_reply.h"
#include "cli/event_stream.h"
#include "cli/table.h"
#include "cli/units.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{200};
constexpr milliseconds kLongestPause{2'000};

class Waiter {
 public:
  Waiter(const ApiClient& client, const Outside& outside, std::string id, Goal goal,
         milliseconds timeout)
      : client_(client),
        outside_(outside),
        id_(std::move(id)),
        goal_(goal),
        started_(outside.monotonic()),
        timeout_(timeout) {}

  Result<void> run() {
    Result<void> done = wait();
    if (outside_.err_is_terminal && !last_.empty()) outside_.err("\n");
    return done;
  }

 private:
  size_t terminal_width() const {
    const int64_t columns = parse_size(outside_.environment("COLUMNS").value_or("")).value_or(0);
    return columns >= 20 && columns < 1000 ? static_cast<size_t>(columns) : size_t{80};
  }

  Result<void> wait() {
    milliseconds pause = kFirstPause;
    while (true) {
      ask();
      if (verdict_) return *verdict_;
      if (left() <= milliseconds(0)) break;
      if (follow()) pause = kFirstPause;
      if (verdict_) return *verdict_;
      if (left() <= milliseconds(0)) break;
      outside_.sleep(std::min(pause, left()));
      pause = std::min(pause * 2, kLongestPause);
    }
    return fail(ErrorCode::kDeadline,
                fmt::format("'{}' is still {} after {}", id_, last_.empty() ? "unknown" : last_,
                            format_duration(timeout_)));
  }

  milliseconds left() const {
    return timeout_ - std::chrono::duration_cast<milliseconds>(outside_.monotonic() - started_);
  }

  void ask() {
    const Result<ApiReply> reply = client_.get(deployment_path(id_));
    if (reply) return judge(reply->body.value("status", Json::object()));
    const ErrorCode code = reply.error().code;
    if (code == ErrorCode::kNotFound) return gone(reply.error());
    if (code == ErrorCode::kUnavailable || code == ErrorCode::kDeadline) {
      return tell("unknown: " + reply.error().message);
    }
    verdict_ = fail(reply.error());
  }

  // true: the stream brought something.
  bool follow() {
    call::Headers headers;
    EventStream events;
    if (!last_event_id_.empty()) headers.emplace_back("Last-Event-ID", last_event_id_);
    bool any = false;
    const Result<void> streamed = client_.stream(
        deployment_path(id_, "/events?watch=1"), headers, left(), [&](std::string_view bytes) {
          // Also the server's signs of life move the clock on.
          if (outside_.err_is_terminal && !last_.empty()) draw();
          return events.feed(bytes, [&](const ServerSentEvent& event) {
            any = true;
            if (event.name == "deleted") {
              gone({ErrorCode::kNotFound, fmt::format("'{}' was deleted meanwhile", id_)});
            } else if (event.name == "status") {
              if (const auto status = parse_json(event.data)) judge(*status);
            }
            return !verdict_.has_value();
          });
        });
    if (!events.last_id().empty()) last_event_id_ = events.last_id();
    if (!streamed && streamed.error().code == ErrorCode::kNotFound) gone(streamed.error());
    return any;
  }

  void gone(const Error& error) {
    if (goal_ == Goal::kDeleted) {
      verdict_ = Result<void>();
    } else {
      verdict_ = fail(error);
    }
  }

  void judge(const Json& status) {
    const std::string phase = text_at(status, {"phase"});
    tell(fmt::format("{}: {}", phase, text_at(status, {"reason"})));
    if (goal_ == Goal::kStopped && phase == "Stopped") verdict_ = Result<void>();
    if (goal_ != Goal::kDeployed) return;
    if (phase == "Deployed") verdict_ = Result<void>();
    if (phase == "Stopped" || phase == "Stopping") {
      verdict_ = fail(
          ErrorCode::kInternal,
          fmt::format("'{}' is {}; 'slipway deployments start {}' starts it", id_, phase, id_));
    }
    if (phase == "Failed") {
      std::string message = fmt::format("'{}' failed: {}", id_, text_at(status, {"reason"}));
      if (const std::string trouble = trouble_text(status); !trouble.empty()) {
        message += "\n" + trouble;
        message.pop_back();
      }
      verdict_ = fail(ErrorCode::kInternal, message);
    }
  }

  void tell(const std::string& line) {
    if (line == last_) return;
    last_ = line;
    if (outside_.err_is_terminal) {
      draw();
    } else {
      outside_.err(printable(line) + "\n");
    }
  }

  // The one line of a terminal, written anew; a longer one would wrap and could not be.
  void draw() {
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::seconds>(outside_.monotonic() - started_);
    const std::string line = fmt::format("{:>5}s  {}", elapsed.count(), printable(last_));
    outside_.err(fmt::format("\r\033[K{}", first_characters(line, width_ - 1)));
  }

  const ApiClient& client_;
  const Outside& outside_;
  const std::string id_;
  const Goal goal_;
  const Monotonic started_;
  const milliseconds timeout_;
  const size_t width_ = terminal_width();
  std::string last_;
  std::string last_event_id_;
  std::optional<Result<void>> verdict_;
};

}  // namespace

std::optional<Goal> parse_goal(std::string_view text) {
  if (text == "deployed") return Goal::kDeployed;
  if (text == "stopped") return Goal::kStopped;
  if (text == "deleted") return Goal::kDeleted;
  return std::nullopt;
}

Result<void> wait_for(const ApiClient& client, const Outside& outside, const std::string& id,
                      Goal goal, milliseconds timeout) {
  return Waiter(client, outside, id, goal, timeout).run();
}

}  // namespace slipway::cli
