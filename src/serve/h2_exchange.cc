#include "serve/h2_exchange.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "http/head_writer.h"
#include "http/status.h"
#include "serve/http_server.h"
#include "serve/problem.h"

namespace slipway::serve {

namespace {

// How long the rest of an upload may come after its answer. Usually it is on its way already, and
// then the stream ends as if nothing had been early.
constexpr std::chrono::milliseconds kLinger{1'000};

}  // namespace

void H2Exchange::start(H2Connection& connection) {
  connection_ = &connection;
  exchange_open_ = request_complete_ = continue_owed_ = false;
  is_head_ = body_forbidden_ = body_paused_ = false;
  answer_ = Answer::kNone;
  length_known_ = false;
  length_left_ = request_left_ = 0;
  sent_mark_ = 0;
}

// ---- the request -----------------------------------------------------------------------------

void H2Exchange::begin(const http::RequestHead& head, bool whole) {
  exchange_open_ = true;
  request_complete_ = whole;
  is_head_ = head.method == http::Method::kHead;
  continue_owed_ = head.expect_continue && !whole;
  request_left_ = head.content_length;
  if (!whole) {
    body_since_ = server_.reactor_.now();
    server_.reactor_.arm(upload_, server_.limits_.body_grace);
  }
  if (handler_ == nullptr) handler_ = &server_.handlers_.acquire();
  handler_->on_head(head, *this);
  if (whole && exchange_open_) handler_->on_end();
}

void H2Exchange::take_body(std::string_view bytes) {
  continue_owed_ = false;  // it did not wait
  if (!exchange_open_) return;
  // Known before the handler sees the last bytes: it may answer at once.
  if (request_left_ > 0) {
    request_left_ -= std::min<uint64_t>(request_left_, bytes.size());
    request_complete_ = request_left_ == 0;
  }
  handler_->on_body(bytes);
}

void H2Exchange::end_of_request() {
  request_complete_ = true;
  continue_owed_ = false;
  server_.reactor_.disarm(upload_);
  if (exchange_open_) handler_->on_end();
}

void H2Exchange::send_continue() {
  if (!std::exchange(continue_owed_, false) || answer_ != Answer::kNone) return;
  connection_->session().send_continue(*this);
  connection_->wants_flush();
}

void H2Exchange::pause_body() {
  if (!exchange_open_ || std::exchange(body_paused_, true)) return;
  paused_since_ = server_.reactor_.now();
  ++server_.counters_.read_pauses;
  connection_->session().pause(*this);
}

void H2Exchange::resume_body() {
  if (!std::exchange(body_paused_, false)) return;
  // The client is not to blame for the time in between.
  body_since_ += server_.reactor_.now() - paused_since_;
  connection_->resume(*this);
}

// ---- the answer ------------------------------------------------------------------------------

void H2Exchange::begin_answer(const ResponseStart& start, bool bodiless) {
  assert(exchange_open_ && answer_ == Answer::kNone);
  answer_ = Answer::kStarted;
  const bool lengthless = http::status_forbids_body(start.status);
  body_forbidden_ = is_head_ || lengthless;
  length_known_ = start.content_length >= 0;
  length_left_ =
      length_known_ && !body_forbidden_ ? static_cast<uint64_t>(start.content_length) : 0;
  connection_->session().respond(*this, start.status, server_.date_.now(), start.fields,
                                 lengthless ? -1 : start.content_length,
                                 bodiless || body_forbidden_);
  connection_->wants_flush();
  if (start.close) connection_->drain();
}

void H2Exchange::respond(const ResponseStart& start) { begin_answer(start, false); }

void H2Exchange::respond_whole(const ResponseStart& start, std::string_view body) {
  ResponseStart whole = start;
  whole.content_length = static_cast<int64_t>(body.size());
  begin_answer(whole, body.empty());
  if (!body_forbidden_) this->body(body);
  finish();
}

void H2Exchange::switch_protocols(std::string_view, std::string_view) {
  assert(false && "HTTP/2 has no Upgrade");
  abort();
}

void H2Exchange::body(std::string_view bytes) {
  assert(exchange_open_ && answer_ == Answer::kStarted);
  if (bytes.empty() || body_forbidden_) return;
  if (length_known_) {
    assert(bytes.size() <= length_left_);
    length_left_ -= bytes.size();
  }
  connection_->session().write(*this, bytes);
  connection_->wants_flush();
  watch_for_stall();
}

void H2Exchange::finish_with(std::string_view trailers) {
  assert(exchange_open_ && answer_ == Answer::kStarted);
  // Less than was promised: only a cut tells the client.
  if (length_left_ > 0) return abort();
  connection_->session().finish(*this, trailers);
  connection_->wants_flush();
  answered();
}

void H2Exchange::answered() {
  exchange_open_ = false;
  answer_ = Answer::kFinished;
  if (request_ended()) {
    server_.reactor_.disarm(upload_);
  } else {
    server_.reactor_.arm(upload_, kLinger);
  }
}

void H2Exchange::abort() {
  if (!std::exchange(exchange_open_, false)) return;
  server_.reactor_.disarm(upload_);
  connection_->session().reset(*this, http::H2Error::kInternal);
  connection_->wants_flush();
}

void H2Exchange::writable() {
  if (exchange_open_) handler_->on_writable();
}

void H2Exchange::refuse(int status, std::string_view code, std::string_view detail) {
  exchange_open_ = true;
  const std::string text = problem_body(status, code, detail);
  std::string& lines = server_.scratch_;
  lines.clear();
  http::FieldLines(http::FieldLines::In::kResponse, lines)
      .field(http::HeaderId::kContentType, kProblemMediaType);
  respond_whole({.status = status, .content_length = -1, .fields = lines, .close = false}, text);
}

std::string_view H2Exchange::peer() const { return connection_->stream().peer(); }
bool H2Exchange::encrypted() const { return connection_->stream().encrypted(); }
std::string_view H2Exchange::tls_version() const { return connection_->stream().tls_version(); }

// ---- ends ------------------------------------------------------------------------------------

void H2Exchange::closed(AbortCause cause) {
  server_.reactor_.disarm(upload_);
  server_.reactor_.disarm(stall_);
  if (std::exchange(exchange_open_, false) && handler_ != nullptr) handler_->on_abort(cause);
}

void H2Exchange::give_up() {
  ++server_.counters_.timeouts;
  server_.reactor_.disarm(upload_);
  if (std::exchange(exchange_open_, false)) handler_->on_abort(AbortCause::kTooSlow);
  connection_->session().reset(*this, http::H2Error::kCancel);
  connection_->wants_flush();
}

void H2Exchange::on_upload(void* self) {
  auto& exchange = *static_cast<H2Exchange*>(self);
  if (exchange.answer_ != Answer::kFinished) return exchange.judge_body_rate();
  if (!exchange.answer_sent()) return exchange.server_.reactor_.arm(exchange.upload_, kLinger);
  exchange.connection_->session().decline(exchange);
  exchange.connection_->wants_flush();
}

void H2Exchange::judge_body_rate() {
  const auto& limits = server_.limits_;
  const auto elapsed =
      std::chrono::duration_cast<std::chrono::milliseconds>(server_.reactor_.now() - body_since_);
  const uint64_t wanted = limits.body_bytes_per_second *
                          static_cast<uint64_t>(std::max<int64_t>(elapsed.count(), 0)) / 1000;
  if (body_paused_ || received() >= wanted) {
    return server_.reactor_.arm(upload_, std::chrono::milliseconds(1'000));
  }
  if (answer_ != Answer::kNone) return give_up();
  ++server_.counters_.timeouts;
  exchange_open_ = false;
  handler_->on_abort(AbortCause::kTooSlow);
  refuse(408, "slow_body", "the request body came too slowly");
}

void H2Exchange::watch_for_stall() {
  if (stall_.armed()) return;
  sent_mark_ = sent();
  server_.reactor_.arm(stall_, server_.limits_.idle_timeout);
}

void H2Exchange::on_stall(void* self) {
  auto& exchange = *static_cast<H2Exchange*>(self);
  if (exchange.unsent() == 0) return;
  if (exchange.sent() == exchange.sent_mark_) return exchange.give_up();
  exchange.watch_for_stall();
}

}  // namespace slipway::serve
