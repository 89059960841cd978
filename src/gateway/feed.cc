#include "gateway/feed.h"

#include <algorithm>
#include <utility>

#include "http/head_writer.h"
#include "snapshot/encoding.h"

namespace slipway::gateway {
namespace {

using std::chrono::milliseconds;

// Control answers after kLongPoll at the latest; what is longer is a dead connection.
constexpr milliseconds kPollTimeout = snapshot::kLongPoll + std::chrono::seconds(10);
// Lets several changes of the acknowledgement travel as one.
constexpr milliseconds kSettle{2};
constexpr milliseconds kAdoptionPatience{250};
// For the last word: nobody waits long for a control that is away.
constexpr milliseconds kLeavePatience{2'000};

}  // namespace

std::string poll_request(const snapshot::Ack& ack) {
  std::string out;
  http::RequestHeadWriter writer(out);
  writer.begin(http::Method::kGet, snapshot::poll_target(ack), "control");
  writer.field(snapshot::kGatewayHeader, ack.gateway_id);
  writer.field(snapshot::kAdoptedHeader, snapshot::header_value(ack.adopted_version));
  writer.field(snapshot::kInUseHeader, snapshot::header_value(ack.oldest_in_use_version));
  if (!ack.metrics_at.empty()) writer.field(snapshot::kMetricsAtHeader, ack.metrics_at);
  if (!ack.certificates.empty()) {
    writer.field(snapshot::kCertificatesHeader, snapshot::certificates_value(ack.certificates));
  }
  if (ack.leaving) writer.field(snapshot::kLeavingHeader, "yes");
  writer.end(http::Framing::kNone, 0, true);
  return out;
}

milliseconds pause_after(unsigned failures, Random& random) {
  const int64_t whole = std::min<int64_t>(1'000, int64_t{50} << std::min(failures - 1, 10u));
  return milliseconds(whole - static_cast<int64_t>(random.below(static_cast<uint64_t>(whole / 2))));
}

Feed::Feed(os::Reactor& reactor, os::Address control, Random& random, const Logger& log,
           OnSnapshot on_snapshot)
    : reactor_(reactor),
      control_(std::move(control)),
      random_(random),
      log_(log.named("feed")),
      on_snapshot_(std::move(on_snapshot)),
      retry_([](void* self) { static_cast<Feed*>(self)->poll(); }, this) {}

void Feed::start(const snapshot::Ack& ack) {
  ack_ = ack;
  stopped_ = false;
  poll();
}

void Feed::stop() {
  stopped_ = true;
  call_.reset();
  reactor_.disarm(retry_);
}

void Feed::acknowledge(const snapshot::Ack& ack) {
  ack_ = ack;
  // While control is away the pause between attempts goes on.
  if (!stopped_ && failures_ == 0 && ack_ != told_) wait(kSettle);
}

void Feed::leave(std::function<void()> done) {
  stop();
  ack_.leaving = true;
  call_ = std::make_unique<ControlCall>(
      reactor_, control_, poll_request(ack_), kLeavePatience, snapshot::kMaxSnapshotBytes,
      [done = std::move(done)](const Result<ControlReply>&) { done(); });
}

void Feed::poll() {
  told_ = ack_;
  call_ = std::make_unique<ControlCall>(
      reactor_, control_, poll_request(ack_), kPollTimeout, snapshot::kMaxSnapshotBytes,
      [this](Result<ControlReply> reply) { on_reply(std::move(reply)); });
}

void Feed::on_reply(Result<ControlReply> reply) {
  call_.reset();
  if (!reply) return on_failure(reply.error().message);
  if (reply->status != 200 && reply->status != 204) {
    return on_failure("control answered a poll with status " + std::to_string(reply->status));
  }
  std::shared_ptr<const snapshot::Snapshot> fresh;
  if (reply->status == 200) {
    Result<snapshot::Snapshot> decoded = snapshot::decode(reply->body);
    if (!decoded) return on_failure("control's snapshot is broken: " + decoded.error().message);
    fresh = std::make_shared<const snapshot::Snapshot>(std::move(*decoded));
  }
  if (failures_ > 0) log_.info("control answers again");
  failures_ = 0;
  answered_ = true;
  if (fresh == nullptr) return poll();
  // The next poll goes out as soon as all workers have it: see acknowledge(). This timer is for the
  // case that the acknowledgement stays as it was.
  wait(kAdoptionPatience);
  if (fresh->version == handed_on_.adopted_version && fresh->control_id == handed_on_.control_id) {
    return;
  }
  handed_on_.adopted_version = fresh->version;
  handed_on_.control_id = fresh->control_id;
  on_snapshot_(std::move(fresh), reply->body);
}

void Feed::on_failure(const std::string& reason) {
  ++failures_;
  if (failures_ == 1)
    log_.warn("no snapshot from control; going on with the last one", {{"error", reason}});
  wait(pause_after(failures_, random_));
}

void Feed::wait(milliseconds pause) { reactor_.arm(retry_, pause); }

}  // namespace slipway::gateway
