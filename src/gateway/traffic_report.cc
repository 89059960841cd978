#include "gateway/traffic_report.h"

#include <fmt/format.h>

#include <utility>

#include "http/head_writer.h"

namespace slipway::gateway {
namespace {

using std::chrono::milliseconds;

// Control may be busy; asking again meanwhile would only make it more so.
constexpr milliseconds kPatience{10'000};
// At the end nobody waits that long.
constexpr milliseconds kLastPatience{2'000};
constexpr milliseconds kLastPause{100};
constexpr size_t kMostReplyBytes = 64 * 1024;

}  // namespace

std::string traffic_request(std::string_view report, milliseconds age) {
  std::string out;
  http::RequestHeadWriter writer(out);
  writer.begin(
      http::Method::kPost,
      fmt::format("{}?{}={}", snapshot::kTrafficPath, snapshot::kAgeParameter, age.count()),
      "control");
  writer.field(http::HeaderId::kContentType, snapshot::kTrafficContentType);
  writer.end(http::Framing::kLength, report.size(), true);
  return out.append(report);
}

TrafficReporter::TrafficReporter(os::Reactor& reactor, os::Address control, std::string gateway,
                                 Random& random, TrafficTally tally, milliseconds period,
                                 const Logger& log)
    : reactor_(reactor),
      control_(std::move(control)),
      gateway_(std::move(gateway)),
      run_(fmt::format("{:016x}", random.next_u64())),
      tally_(tally),
      period_(period),
      log_(log.named("traffic")),
      timer_(
          [](void* self) {
            auto& reporter = *static_cast<TrafficReporter*>(self);
            // What control has not taken yet goes first.
            if (reporter.reports_.empty()) reporter.begin();
            reporter.send();
          },
          this),
      told_until_(reactor.now()) {
  reactor_.arm(timer_, period_);
}

TrafficReporter::~TrafficReporter() { reactor_.disarm(timer_); }

void TrafficReporter::begin() {
  const Monotonic now = reactor_.now();
  const auto period = std::chrono::duration_cast<milliseconds>(now - told_until_);
  told_until_ += period;
  for (snapshot::TrafficReport& report : split_rows(tally_.take(), period)) {
    report.gateway = gateway_;
    report.run = run_;
    report.sequence = ++sequence_;
    reports_.push_back(snapshot::encode_traffic(report));
  }
}

void TrafficReporter::send() {
  const auto age = std::chrono::duration_cast<milliseconds>(reactor_.now() - told_until_);
  call_ = std::make_unique<ControlCall>(
      reactor_, control_, traffic_request(reports_.front(), age), done_ ? kLastPatience : kPatience,
      kMostReplyBytes, [this](const Result<ControlReply>& reply) { on_reply(reply); });
}

void TrafficReporter::on_reply(const Result<ControlReply>& reply) {
  call_.reset();
  const bool kept = reply && reply->status == 204;
  if (!kept && !failing_) {
    log_.warn(
        "control does not take what was counted; it is told later",
        {{"error", reply ? "status " + std::to_string(reply->status) : reply.error().message}});
  }
  failing_ = !kept;
  if (kept) return go_on();
  if (!done_) return reactor_.arm(timer_, period_);
  if (reactor_.now() >= give_up_at_) return done_();
  reactor_.arm(timer_, kLastPause);
}

void TrafficReporter::go_on() {
  reports_.pop_front();
  if (!reports_.empty()) return send();
  if (!done_) return reactor_.arm(timer_, period_);
  if (last_made_) return done_();
  last_made_ = true;
  begin();
  send();
}

void TrafficReporter::finish(milliseconds patience, std::function<void()> done) {
  done_ = std::move(done);
  give_up_at_ = reactor_.now() + patience;
  reactor_.disarm(timer_);
  // Behind what is under way comes what it lacks.
  if (call_ != nullptr) return;
  if (reports_.empty()) {
    last_made_ = true;
    begin();
  }
  send();
}

}  // namespace slipway::gateway
