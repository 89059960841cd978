#include "support/scripted_reactor.h"

#include <algorithm>
#include <utility>

#include "support/require.h"

namespace slipway::test {
namespace {

constexpr int kMostTurns = 10'000;
// As much as a real reactor reads at once.
constexpr size_t kMostBytes = size_t{64} * 1024;

}  // namespace

void ScriptedStream::put(std::string_view bytes) {
  require(!closed_, "nobody writes to a closed stream");
  if (connecting_ || stalled_ || !unsent_.empty()) {
    unsent_.append(bytes);
    was_high_ |= above_high_watermark();
  } else {
    sent_.append(bytes);
  }
}

void ScriptedStream::write(std::string_view bytes) { put(bytes); }
void ScriptedStream::write(std::string_view head, std::string_view body) {
  put(head);
  put(body);
}
void ScriptedStream::write(std::string_view head, std::string_view body, std::string_view tail) {
  put(head);
  put(body);
  put(tail);
}
void ScriptedStream::pause_reads() {
  require(!closed_, "nobody pauses a closed stream");
  paused_ = true;
}
void ScriptedStream::resume_reads() {
  require(!closed_, "nobody resumes a closed stream");
  paused_ = false;
}
void ScriptedStream::set_handler(os::StreamHandler& handler) {
  require(!closed_, "nobody hands a closed stream on");
  handler_ = &handler;
}
void ScriptedStream::finish() {
  closed_ = true;
  handler_ = nullptr;
  inbox_.clear();
}
void ScriptedStream::close() {
  require(!closed_, "nobody closes a stream twice");
  unsent_.clear();
  finish();
}
void ScriptedStream::close_after_flush(Unread) {
  require(!closed_, "nobody closes a stream twice");
  finish();
  if (!stalled_) stall(false);
}

void ScriptedStream::fail(int error) {
  if (!closed_) broken_ = error;
}
void ScriptedStream::stall(bool stalled) {
  stalled_ = stalled;
  if (stalled || connecting_) return;
  sent_ += std::exchange(unsent_, {});
}

bool ScriptedStream::turn() {
  if (closed_) return false;
  if (broken_ != 0) {
    os::StreamHandler& handler = *handler_;
    const int error = broken_;
    broken_ = 0;
    handler.on_closed(error);
    // Its user may have closed what broke, as some do.
    unsent_.clear();
    finish();
    return true;
  }
  if (connecting_) {
    if (!accepted_) return false;
    connecting_ = false;
    if (!stalled_) stall(false);
    handler_->on_connected();
    return true;
  }
  if (was_high_ && unsent_.size() <= kHighWatermark / 2) {
    was_high_ = false;
    handler_->on_drained();
    return true;
  }
  if (paused_) return false;
  if (!inbox_.empty()) {
    // Bytes of their own, which die with the call: who keeps a view of them is found out.
    const auto size = std::min(inbox_.size(), kMostBytes);
    const auto bytes = std::make_unique<char[]>(size);
    std::copy_n(inbox_.begin(), size, bytes.get());
    inbox_.erase(0, size);
    told_.append(bytes.get(), size);
    handler_->on_bytes({bytes.get(), size});
    return true;
  }
  if (ended_ && !end_told_) {
    end_told_ = true;
    handler_->on_end();
    return true;
  }
  return false;
}

Result<void> ScriptedReactor::listen(int listen_fd, os::Acceptor& acceptor) {
  acceptors_[listen_fd] = &acceptor;
  return {};
}

os::Stream* ScriptedReactor::connect(const os::Address& address, os::StreamHandler& handler) {
  streams_.push_back(std::make_unique<ScriptedStream>(handler, address));
  outgoing_.push_back(streams_.back().get());
  return streams_.back().get();
}

void ScriptedReactor::arm(os::Timer& timer, std::chrono::milliseconds delay) {
  wheel_.arm(timer, now_ms_ + static_cast<uint64_t>(std::max<int64_t>(1, delay.count())));
}

ScriptedStream* ScriptedReactor::accept(int listen_fd) {
  const auto acceptor = acceptors_.find(listen_fd);
  if (acceptor == acceptors_.end()) return nullptr;
  streams_.push_back(std::make_unique<ScriptedStream>());
  ScriptedStream& stream = *streams_.back();
  stream.handler_ = acceptor->second->on_accept(stream);
  if (stream.handler_ != nullptr) return &stream;
  if (!stream.closed()) stream.finish();
  return nullptr;
}

void ScriptedReactor::turn() {
  for (int turns = 0;; ++turns) {
    require(turns < kMostTurns, "a loop comes to rest");
    bool busy = !posted_.empty();
    for (const auto& task : std::exchange(posted_, {})) task();
    // By index: callbacks connect.
    for (size_t i = 0; i < streams_.size(); ++i) busy |= streams_[i]->turn();
    if (wheel_.has_turn_end()) {
      wheel_.fire_turn_end();
      busy = true;
    }
    if (!busy) return;
  }
}

void ScriptedReactor::advance(std::chrono::milliseconds time) {
  const uint64_t until = now_ms_ + static_cast<uint64_t>(time.count());
  for (auto next = wheel_.next_tick(); next && *next <= until; next = wheel_.next_tick()) {
    now_ms_ = std::max(now_ms_, *next);
    wheel_.advance(now_ms_);
    turn();
  }
  now_ms_ = until;
  wheel_.advance(now_ms_);
  turn();
}

}  // namespace slipway::test
