#include "gateway/usage_report.h"

#include <utility>

#include "http/head_writer.h"

namespace slipway::gateway {
namespace {

constexpr std::chrono::milliseconds kPatience{2'000};
constexpr size_t kMostReplyBytes = 64 * 1024;

}  // namespace

std::string usage_request(std::span<const snapshot::ClientUse> uses) {
  const std::string body = snapshot::usage_json(uses);
  std::string out;
  http::RequestHeadWriter writer(out);
  writer.begin(http::Method::kPost, snapshot::kUsagePath, "control");
  writer.field(http::HeaderId::kContentType, "application/json");
  writer.end(http::Framing::kLength, body.size(), true);
  return out += body;
}

UsageReport::UsageReport(os::Reactor& reactor, os::Address control, ClientBook& book,
                         std::chrono::milliseconds period, const Logger& log)
    : reactor_(reactor),
      control_(std::move(control)),
      book_(book),
      period_(period),
      log_(log.named("usage")),
      timer_([](void* self) { static_cast<UsageReport*>(self)->report(); }, this) {
  reactor_.arm(timer_, period_);
}

UsageReport::~UsageReport() { reactor_.disarm(timer_); }

void UsageReport::report() {
  told_ = book_.unreported(snapshot::kMaxUsesPerReport);
  if (told_.empty()) {
    if (done_) return done_();
    return reactor_.arm(timer_, period_);
  }
  call_ = std::make_unique<ControlCall>(
      reactor_, control_, usage_request(told_), kPatience, kMostReplyBytes,
      [this](const Result<ControlReply>& reply) { on_reply(reply); });
}

void UsageReport::on_reply(const Result<ControlReply>& reply) {
  const bool added = reply && reply->status == 204;
  if (added) {
    book_.reported(told_);
  } else if (!failing_) {
    log_.warn(
        "control does not take what clients used; it is told later",
        {{"error", reply ? "status " + std::to_string(reply->status) : reply.error().message}});
  }
  failing_ = !added;
  call_.reset();
  // What is over one report's bound goes at once while control takes it, and at the end all does.
  if (added && (done_ || told_.size() == snapshot::kMaxUsesPerReport)) return report();
  if (done_) return done_();
  reactor_.arm(timer_, period_);
}

void UsageReport::finish(std::function<void()> done) {
  done_ = std::move(done);
  reactor_.disarm(timer_);
  // Behind a report under way comes one with what it lacks.
  if (call_ == nullptr) report();
}

}  // namespace slipway::gateway
