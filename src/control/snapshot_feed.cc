#include "control/snapshot_feed.h"

#include <algorithm>

#include "snapshot/encoding.h"

namespace slipway::control {

SnapshotFeed::SnapshotFeed(std::string control_id, const snapshot::DigestKey& key,
                           VersionSource versions, const Clock& clock, Logger logger)
    : control_id_(std::move(control_id)),
      key_(key),
      clock_(clock),
      logger_(std::move(logger)),
      started_(clock.monotonic()),
      versions_(std::move(versions)),
      register_(control_id_),
      timer_([this] { run_timer(); }) {}

SnapshotFeed::~SnapshotFeed() {
  std::vector<Waiting> left;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    left.swap(waiting_);
  }
  wake_.notify_all();
  timer_.join();
  for (const Waiting& poll : left) poll.answer(nullptr);
}

void SnapshotFeed::on_progress(std::function<void()> listener) {
  const std::lock_guard lock(listener_mutex_);
  listener_ = std::move(listener);
}

void SnapshotFeed::tell_progress() {
  const std::lock_guard lock(listener_mutex_);
  if (listener_) listener_();
}

void SnapshotFeed::publish(std::vector<snapshot::Route> routes) {
  snapshot::Snapshot next;
  next.control_id = control_id_;
  next.digest_key = key_;
  next.published_at_micros = to_unix_micros(clock_.now());
  next.routes = std::move(routes);
  next.sort_routes();

  std::vector<Waiting> waiting;
  std::shared_ptr<const std::string> encoded;
  {
    const std::lock_guard lock(mutex_);
    if (current_ && current_->routes == next.routes) return;
    next.version = versions_.next();
    Result<std::string> bytes = snapshot::encode(next);
    if (!bytes) {
      logger_.error("the routes cannot be published, gateways keep the last ones",
                    {{"error", bytes.error().message}});
      return;
    }
    routed_.published(next);
    routed_.drop_older_than(register_.oldest_in_use());
    current_ = std::make_shared<const snapshot::Snapshot>(std::move(next));
    encoded_ = encoded = std::make_shared<const std::string>(std::move(*bytes));
    waiting.swap(waiting_);
  }
  for (const Waiting& poll : waiting) poll.answer(encoded);
}

uint64_t SnapshotFeed::adopted_everywhere() const {
  const std::lock_guard lock(mutex_);
  return register_.adopted_everywhere();
}

uint64_t SnapshotFeed::oldest_in_use() const {
  const std::lock_guard lock(mutex_);
  return register_.oldest_in_use();
}

std::shared_ptr<const snapshot::Snapshot> SnapshotFeed::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::vector<GatewayView> SnapshotFeed::gateways() const {
  const std::lock_guard lock(mutex_);
  return register_.views();
}

void SnapshotFeed::poll(const snapshot::Ack& ack, uint64_t after, std::chrono::milliseconds timeout,
                        Answer answer) {
  std::shared_ptr<const std::string> encoded;
  Answer replaced;
  bool progress = false;
  Answer immediate;
  {
    const std::lock_guard lock(mutex_);
    const Monotonic now = clock_.monotonic();
    progress = register_.record(ack, now);
    const bool has_newest =
        current_ == nullptr || (ack.control_id == control_id_ && after == current_->version);
    if (!has_newest || ending_ || ack.leaving) {
      if (!ending_ && !ack.leaving) encoded = encoded_;
      immediate = std::move(answer);
    } else {
      // A gateway waits once; its older poll belongs to a connection that is gone.
      const auto old = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& poll) {
        return poll.gateway == ack.gateway_id;
      });
      Waiting waiting{.gateway = ack.gateway_id, .deadline = now + timeout, .answer = {}};
      waiting.answer = std::move(answer);
      if (old == waiting_.end()) {
        waiting_.push_back(std::move(waiting));
      } else {
        replaced = std::move(old->answer);
        *old = std::move(waiting);
      }
    }
  }
  wake_.notify_all();
  if (immediate) immediate(encoded);
  if (replaced) replaced(nullptr);
  if (progress) tell_progress();
}

bool SnapshotFeed::in_use(const domain::ReplicaKey& key) const {
  const std::lock_guard lock(mutex_);
  if (!register_.anybody_ever() && clock_.monotonic() - started_ < kArrivalGrace) return true;
  const uint64_t oldest = register_.oldest_in_use();
  // A gateway still uses a snapshot of an earlier run: nobody knows what stands in it.
  if (oldest != 0 && oldest < versions_.first()) return true;
  return routed_.stands_since(key.id(), oldest);
}

bool SnapshotFeed::everywhere(const domain::ReplicaKey& key) const {
  const std::lock_guard lock(mutex_);
  return register_.anybody() &&
         routed_.stands_in_all_from(key.id(), register_.adopted_everywhere());
}

engine::RoutingConfirmed SnapshotFeed::confirmed() const {
  return {.in_use = [this](const domain::ReplicaKey& key) { return in_use(key); },
          .everywhere = [this](const domain::ReplicaKey& key) { return everywhere(key); }};
}

void SnapshotFeed::run_timer() {
  std::unique_lock lock(mutex_);
  bool grace_told = false;
  while (!ending_) {
    const Monotonic now = clock_.monotonic();
    std::vector<Waiting> over;
    const auto is_over = [&](const Waiting& poll) { return poll.deadline <= now; };
    for (Waiting& poll : waiting_) {
      if (is_over(poll)) over.push_back(std::move(poll));
    }
    std::erase_if(waiting_, is_over);
    bool progress = register_.forget_the_silent(now);
    if (!grace_told && now - started_ >= kArrivalGrace) grace_told = progress = true;
    if (!over.empty() || progress) {
      lock.unlock();
      for (const Waiting& poll : over) poll.answer(nullptr);
      if (progress) tell_progress();
      lock.lock();
      continue;
    }
    Monotonic next = now + kForgetAfter;
    if (!grace_told) next = std::min(next, started_ + kArrivalGrace);
    if (const auto forgetting = register_.next_forgetting()) next = std::min(next, *forgetting);
    for (const Waiting& poll : waiting_) next = std::min(next, poll.deadline);
    wake_.wait_until(lock, next);
  }
}

}  // namespace slipway::control
