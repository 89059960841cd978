#include "serve/h1_connection.h"

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include "http/head_writer.h"
#include "http/status.h"
#include "serve/http_server.h"
#include "serve/problem.h"

namespace slipway::serve {

namespace {

// Up to here bytes are copied behind the head to leave in one send; larger ones go by themselves.
constexpr size_t kGatherBytes = 16 * 1024;
// An idle connection keeps no larger stash.
constexpr size_t kKeptStashBytes = 4 * 1024;
// Silent for so long, a connection gives its handler to others: most of many are silent.
constexpr std::chrono::milliseconds kHandlerRest{100};

using http::Framing;
using os::Stream;

}  // namespace

void H1Connection::start(Stream& stream) {
  stream_ = &stream;
  encrypted_ = stream.encrypted();
  phase_ = Phase::kHead;
  answer_ = Answer::kNone;
  exchange_open_ = request_complete_ = body_paused_ = continue_owed_ = false;
  waiting_for_head_ = reads_paused_ = false;
  requests_ = 0;
  scan_.reset();
  in_.clear();
  written_ = taken_mark_ = 0;
  // Whoever connects has something to say: the long idle time is for those who said it before.
  server_.reactor_.arm(timer_, server_.limits_.head_timeout);
}

// ---- bytes in --------------------------------------------------------------------------------

void H1Connection::on_bytes(std::string_view bytes) {
  if (phase_ == Phase::kClosed) return;
  if (!in_.empty()) {
    in_.append(bytes);
    return consume_stash();
  }
  const size_t used = consume(bytes);
  if (phase_ == Phase::kClosed) return;
  if (used < bytes.size()) in_.assign(bytes.substr(used));
  after_consume();
}

void H1Connection::consume_stash() {
  const size_t used = consume(in_);
  if (phase_ == Phase::kClosed) return;
  in_.erase(0, used);
  if (in_.empty() && in_.capacity() > kKeptStashBytes) in_ = std::string();
  after_consume();
}

void H1Connection::after_consume() {
  in_hand_ = in_.size();
  // A head that is not whole yet needs more bytes; everything else in the stash has to wait.
  const bool wait = body_paused_ || (!in_.empty() && !(phase_ == Phase::kHead && !congested()));
  if (wait == reads_paused_) return;
  reads_paused_ = wait;
  if (wait) {
    stream_->pause_reads();
  } else {
    stream_->resume_reads();
  }
}

size_t H1Connection::consume(std::string_view bytes) {
  size_t used = 0;
  while (used < bytes.size()) {
    size_t step = 0;
    switch (phase_) {
      case Phase::kHead:
        if (congested()) return used;  // on_drained() goes on
        step = consume_head(bytes.substr(used));
        break;
      case Phase::kBody:
        if (body_paused_ && exchange_open_) return used;
        step = consume_body(bytes.substr(used));
        break;
      case Phase::kAnswer:
        return used;
      case Phase::kSwitched:
        if (body_paused_) return used;
        handler_->on_body(bytes.substr(used));
        return bytes.size();
      case Phase::kClosed:
        return bytes.size();
    }
    if (step == 0) return used;
    used += step;
  }
  return used;
}

size_t H1Connection::consume_head(std::string_view rest) {
  http::RequestHead& head = server_.head_;
  const http::HeadResult result = http::parse_request_head(rest, server_.limits_.head, scan_, head);
  switch (result.outcome) {
    case http::Outcome::kComplete:
      scan_.reset();
      begin_exchange(head, rest.size() - result.consumed);
      return result.consumed;
    case http::Outcome::kNeedMore:
      if (!waiting_for_head_) {
        waiting_for_head_ = true;
        // The clock of a fresh connection runs already, and does not start again.
        if (requests_ > 0) server_.reactor_.arm(timer_, server_.limits_.head_timeout);
      }
      return 0;
    case http::Outcome::kRefused:
      if (begins_http2(rest)) return change_to_http2(rest);
      ++server_.counters_.refused_heads;
      refuse(result.status, http::to_string(result.refusal), http::describe(result.refusal));
      return rest.size();
  }
  return 0;
}

bool H1Connection::begins_http2(std::string_view bytes) const {
  const std::string_view preface = http::kH2Preface;
  return requests_ == 0 && bytes.substr(0, preface.size()) == preface.substr(0, bytes.size());
}

size_t H1Connection::change_to_http2(std::string_view bytes) {
  if (bytes.size() < http::kH2Preface.size()) return 0;  // the clock of a first head goes on
  Stream* stream = stream_;
  become_closed();
  server_.change_to_http2(*stream, bytes);
  return bytes.size();
}

void H1Connection::begin_exchange(const http::RequestHead& head, size_t in_hand) {
  if (++requests_ == 1) server_.began_to_speak(false, encrypted_);
  ++server_.counters_.requests;
  waiting_for_head_ = false;
  exchange_open_ = true;
  answer_ = Answer::kNone;
  client_keeps_alive_ = head.keep_alive;
  is_head_ = head.method == http::Method::kHead;
  minor_version_ = head.minor_version;
  in_hand_ = in_hand;
  body_.start(head.framing, head.content_length);
  request_complete_ = body_.done();
  continue_owed_ = head.expect_continue && !request_complete_;
  if (request_complete_) {
    phase_ = Phase::kAnswer;
    server_.reactor_.disarm(timer_);
  } else {
    phase_ = Phase::kBody;
    body_since_ = server_.reactor_.now();
    server_.reactor_.arm(timer_, server_.limits_.body_grace);
  }
  if (handler_ == nullptr) handler_ = &server_.handlers_.acquire();
  const uint32_t mine = requests_;
  handler_->on_head(head, *this);
  if (request_complete_ && exchange_open_ && requests_ == mine) handler_->on_end();
}

size_t H1Connection::consume_body(std::string_view rest) {
  const http::BodyReader::Step step = body_.feed(rest);
  in_hand_ = rest.size() - step.consumed;
  if (step.refusal != http::Refusal::kNone) {
    if (exchange_open_ && answer_ != Answer::kNone) {
      break_off(AbortCause::kBadFraming);
      return rest.size();
    }
    if (std::exchange(exchange_open_, false)) handler_->on_abort(AbortCause::kBadFraming);
    refuse(http::status_of(step.refusal), http::to_string(step.refusal),
           http::describe(step.refusal));
    return rest.size();
  }
  if (!step.data.empty()) {
    continue_owed_ = false;  // it did not wait
    // Known before the handler sees the last bytes: it may answer at once.
    request_complete_ = step.done;
    if (exchange_open_) handler_->on_body(step.data);
  }
  if (step.done && phase_ == Phase::kBody) end_of_request();
  return step.consumed;
}

void H1Connection::end_of_request() {
  request_complete_ = true;
  continue_owed_ = false;
  phase_ = Phase::kAnswer;
  server_.reactor_.disarm(timer_);
  if (exchange_open_) return handler_->on_end();
  end_of_answer();  // it was answered before its last byte came
}

void H1Connection::end_of_answer() {
  // A head that went before the drain promised to go on.
  if (!keep_alive_ || server_.closes_idle_) {
    // A client that asked to close sends no more; another may, and must not lose the answer by it.
    return close_after_answer(client_keeps_alive_ ? Stream::Unread::kDiscard
                                                  : Stream::Unread::kNone);
  }
  next_request();
}

void H1Connection::next_request() {
  phase_ = Phase::kHead;
  body_paused_ = false;
  server_.reactor_.arm(timer_, std::min(kHandlerRest, server_.limits_.idle_timeout));
  // From the stack of a handler the stash is not touched: it may be what is being consumed.
  if (!in_.empty() || reads_paused_) server_.reactor_.arm_at_turn_end(turn_end_);
}

void H1Connection::pause_body() {
  if (body_paused_ || phase_ == Phase::kClosed) return;
  body_paused_ = true;
  reads_paused_ = true;
  paused_since_ = server_.reactor_.now();
  ++server_.counters_.read_pauses;
  stream_->pause_reads();
}

void H1Connection::resume_body() {
  if (!body_paused_ || phase_ == Phase::kClosed) return;
  body_paused_ = false;
  // The client is not to blame for the time in between.
  body_since_ += server_.reactor_.now() - paused_since_;
  server_.reactor_.arm_at_turn_end(turn_end_);
}

void H1Connection::send_continue() {
  if (!std::exchange(continue_owed_, false) || answer_ != Answer::kNone || minor_version_ == 0) {
    return;
  }
  gather("HTTP/1.1 100 Continue\r\n\r\n");
}

// ---- answers out -----------------------------------------------------------------------------

bool H1Connection::upload_is_settled() const {
  if (request_complete_) return true;
  // The rest has arrived already and will be swallowed: no reason to close.
  return !continue_owed_ && body_.remaining() > 0 && body_.remaining() <= in_hand_;
}

Framing H1Connection::decide_framing(const ResponseStart& start) {
  assert(exchange_open_ && answer_ == Answer::kNone);
  answer_ = Answer::kStarted;
  body_forbidden_ = is_head_ || http::status_forbids_body(start.status);
  framing_ = start.content_length >= 0 ? Framing::kLength
             : minor_version_ == 1     ? Framing::kChunked
                                       : Framing::kUntilClose;
  length_left_ = start.content_length > 0 && !body_forbidden_
                     ? static_cast<uint64_t>(start.content_length)
                     : 0;
  keep_alive_ = client_keeps_alive_ && !start.close && !server_.draining_ &&
                requests_ < server_.limits_.requests_per_connection && upload_is_settled() &&
                (framing_ != Framing::kUntilClose || body_forbidden_);
  return framing_;
}

void H1Connection::write_head(std::string& out, const ResponseStart& start, Framing framing,
                              uint64_t length) {
  http::ResponseHeadWriter writer(out);
  writer.begin(start.status, server_.date_.now());
  writer.lines(start.fields);
  writer.end(framing, length, keep_alive_, minor_version_);
}

void H1Connection::respond(const ResponseStart& start) {
  const Framing framing = decide_framing(start);
  if (gathered_.empty()) gathered_ = server_.spare_buffers_.borrow();
  write_head(gathered_, start, framing,
             static_cast<uint64_t>(std::max<int64_t>(start.content_length, 0)));
  server_.reactor_.arm_at_turn_end(turn_end_);
}

void H1Connection::respond_whole(const ResponseStart& start, std::string_view body) {
  ResponseStart whole = start;
  whole.content_length = static_cast<int64_t>(body.size());
  const Framing framing = decide_framing(whole);
  std::string& head = server_.scratch_;
  head.clear();
  write_head(head, whole, framing, body.size());
  if (body_forbidden_) body = {};
  flush_gathered();
  written_ += head.size() + body.size();
  stream_->write(head, body);
  watch_for_stall();
  length_left_ = 0;
  answered();
}

void H1Connection::switch_protocols(std::string_view protocol, std::string_view fields) {
  assert(exchange_open_ && answer_ == Answer::kNone && phase_ == Phase::kAnswer);
  answer_ = Answer::kStarted;
  phase_ = Phase::kSwitched;
  framing_ = Framing::kUntilClose;
  keep_alive_ = body_forbidden_ = false;
  length_left_ = 0;
  if (gathered_.empty()) gathered_ = server_.spare_buffers_.borrow();
  http::ResponseHeadWriter writer(gathered_);
  writer.begin(101, server_.date_.now());
  writer.lines(fields);
  writer.end_upgrade(protocol);
  // What the client said before it was answered is in hand, and read then.
  server_.reactor_.arm_at_turn_end(turn_end_);
}

void H1Connection::body(std::string_view bytes) {
  assert(exchange_open_ && answer_ == Answer::kStarted);
  if (bytes.empty() || body_forbidden_) return;
  if (framing_ == Framing::kLength) {
    assert(bytes.size() <= length_left_);
    length_left_ -= bytes.size();
  }
  if (gathered_.empty()) gathered_ = server_.spare_buffers_.borrow();
  const bool chunked = framing_ == Framing::kChunked;
  if (chunked) http::write_chunk_prefix(gathered_, bytes.size());
  const std::string_view tail = chunked ? http::kChunkEnd : std::string_view();
  if (gathered_.size() + bytes.size() <= kGatherBytes) {
    gathered_.append(bytes).append(tail);
    return server_.reactor_.arm_at_turn_end(turn_end_);
  }
  written_ += gathered_.size() + bytes.size() + tail.size();
  stream_->write(gathered_, bytes, tail);
  server_.spare_buffers_.give_back(gathered_);
  watch_for_stall();
}

void H1Connection::finish() {
  assert(exchange_open_ && answer_ == Answer::kStarted);
  // Less than was promised: only a cut tells the client.
  if (length_left_ > 0) return abort();
  if (framing_ == Framing::kChunked && !body_forbidden_) gather(http::kLastChunk);
  flush_gathered();
  answered();
}

void H1Connection::answered() {
  exchange_open_ = false;
  answer_ = Answer::kFinished;
  if (request_complete_) return end_of_answer();
  if (!keep_alive_) return close_after_answer(Stream::Unread::kDiscard);
  resume_body();  // to swallow the rest, which is in hand
}

void H1Connection::abort() {
  if (phase_ == Phase::kClosed) return;
  exchange_open_ = false;
  close_now();
}

void H1Connection::gather(std::string_view bytes) {
  if (gathered_.empty()) gathered_ = server_.spare_buffers_.borrow();
  gathered_.append(bytes);
  server_.reactor_.arm_at_turn_end(turn_end_);
}

void H1Connection::flush_gathered() {
  if (gathered_.empty()) return;
  written_ += gathered_.size();
  stream_->write(gathered_);
  server_.spare_buffers_.give_back(gathered_);
  watch_for_stall();
}

void H1Connection::watch_for_stall() {
  if (stream_->unsent() == 0 || stall_.armed()) return;
  taken_mark_ = written_ - stream_->unsent();
  server_.reactor_.arm(stall_, server_.limits_.idle_timeout);
}

void H1Connection::on_drained() {
  if (phase_ == Phase::kClosed) return;
  if (exchange_open_) handler_->on_writable();
  if (phase_ == Phase::kHead && !in_.empty()) server_.reactor_.arm_at_turn_end(turn_end_);
}

// ---- ends ------------------------------------------------------------------------------------

void H1Connection::on_end() {
  // A client that half-closes and waits for its answer cannot be told from one that went away; the
  // latter is common, and serving it costs a replica's time.
  if (phase_ == Phase::kClosed) return;
  if (!exchange_open_) {
    flush_gathered();
    return close_after_answer(Stream::Unread::kNone);
  }
  break_off(AbortCause::kClientClosed);
}

void H1Connection::on_closed(int) {
  if (phase_ == Phase::kClosed) return;
  // The handler first: the exchange is good until on_abort() has returned.
  if (std::exchange(exchange_open_, false)) handler_->on_abort(AbortCause::kClientClosed);
  if (phase_ != Phase::kClosed) become_closed();
}

void H1Connection::break_off(AbortCause cause) {
  if (std::exchange(exchange_open_, false)) handler_->on_abort(cause);
  if (phase_ != Phase::kClosed) close_now();
}

void H1Connection::refuse(int status, std::string_view code, std::string_view detail) {
  const std::string body = problem_body(status, code, detail);
  std::string& head = server_.scratch_;
  head.clear();
  http::ResponseHeadWriter writer(head);
  writer.begin(status, server_.date_.now());
  writer.field(http::HeaderId::kContentType, kProblemMediaType);
  writer.end(Framing::kLength, body.size(), /*keep_alive=*/false);
  flush_gathered();
  stream_->write(head, body);
  close_after_answer(Stream::Unread::kDiscard);
}

void H1Connection::close_after_answer(Stream::Unread unread) {
  Stream* stream = stream_;
  become_closed();
  stream->close_after_flush(unread);
}

void H1Connection::close_now() {
  Stream* stream = stream_;
  become_closed();
  stream->close();
}

void H1Connection::become_closed() {
  phase_ = Phase::kClosed;
  os::Reactor& reactor = server_.reactor_;
  reactor.disarm(timer_);
  reactor.disarm(stall_);
  if (!gathered_.empty()) server_.spare_buffers_.give_back(gathered_);
  server_.closed(*this);
  // The handler may be on the stack: it and this object go back to their pools a little later.
  reactor.arm_at_turn_end(turn_end_);
}

void H1Connection::drain() {
  if (!server_.closes_idle_) return;
  if (phase_ == Phase::kHead && in_.empty()) close_after_answer(Stream::Unread::kDiscard);
}

void H1Connection::shut_down() {
  break_off(AbortCause::kShutdown);
  server_.reactor_.disarm(turn_end_);
}

// ---- time ------------------------------------------------------------------------------------

void H1Connection::on_turn_end(void* self) {
  auto& connection = *static_cast<H1Connection*>(self);
  if (connection.phase_ == Phase::kClosed) {
    connection.in_.clear();
    if (connection.in_.capacity() > kKeptStashBytes) connection.in_ = std::string();
    return connection.server_.reclaim(connection);
  }
  connection.flush_gathered();
  if (!connection.in_.empty()) return connection.consume_stash();
  connection.after_consume();
}

void H1Connection::on_timer(void* self) {
  auto& connection = *static_cast<H1Connection*>(self);
  if (connection.phase_ == Phase::kHead) return connection.head_or_idle_expired();
  if (connection.phase_ == Phase::kBody) return connection.judge_body_rate();
}

void H1Connection::head_or_idle_expired() {
  if (stream_->unsent() > 0) {
    // Not idle but slow at taking the last answer: that has its own clock.
    return server_.reactor_.arm(timer_, server_.limits_.idle_timeout);
  }
  if (!waiting_for_head_ && handler_ != nullptr) {
    server_.handlers_.release(*std::exchange(handler_, nullptr));
    const auto rest = server_.limits_.idle_timeout - kHandlerRest;
    return server_.reactor_.arm(timer_, std::max(rest, std::chrono::milliseconds(0)));
  }
  ++server_.counters_.timeouts;
  if (waiting_for_head_) return refuse(408, "head_timeout", "the request head came too slowly");
  close_now();
}

void H1Connection::judge_body_rate() {
  const auto& limits = server_.limits_;
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(server_.reactor_.now() - body_since_);
  const uint64_t wanted = limits.body_bytes_per_second *
                          static_cast<uint64_t>(std::max<int64_t>(elapsed.count(), 0)) / 1000;
  if (body_paused_ || body_.received() >= wanted) {
    return server_.reactor_.arm(timer_, std::chrono::milliseconds(1'000));
  }
  ++server_.counters_.timeouts;
  if (exchange_open_ && answer_ != Answer::kNone) return break_off(AbortCause::kTooSlow);
  if (std::exchange(exchange_open_, false)) handler_->on_abort(AbortCause::kTooSlow);
  refuse(408, "slow_body", "the request body came too slowly");
}

void H1Connection::on_stall(void* self) {
  auto& connection = *static_cast<H1Connection*>(self);
  const size_t unsent = connection.stream_->unsent();
  if (unsent == 0) return;
  const uint64_t taken = connection.written_ - unsent;
  if (taken == connection.taken_mark_) {
    ++connection.server_.counters_.timeouts;
    return connection.break_off(AbortCause::kTooSlow);
  }
  connection.watch_for_stall();
}

}  // namespace slipway::serve
