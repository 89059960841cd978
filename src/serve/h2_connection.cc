#include "serve/h2_connection.h"

#include <utility>

#include "serve/http_server.h"

namespace slipway::serve {

namespace {

// What is handed to the stream at a time.
constexpr size_t kPieceBytes = 64 * 1024;
// How long a client that is told goodbye has for an answer to that.
constexpr std::chrono::milliseconds kGoodbyeTime{1'000};

using http::H2Error;
using os::Stream;

H2Exchange& exchange_of(http::H2Stream& stream) { return static_cast<H2Exchange&>(stream); }

}  // namespace

void H2Connection::start(Stream& stream, std::string_view bytes) {
  stream_ = &stream;
  encrypted_ = stream.encrypted();
  closed_ = resumed_ = false;
  goodbye_ = Goodbye::kNone;
  watch_ = Watch::kNothing;
  requests_ = watched_since_ = 0;
  cause_.reset();
  written_ = taken_mark_ = 0;
  session_.emplace(server_.limits_.head, server_.limits_.http2, *this, server_.head_);
  if (server_.draining_) drain();  // its first bytes came before that
  on_bytes(bytes);
}

// ---- bytes in --------------------------------------------------------------------------------

void H2Connection::on_bytes(std::string_view bytes) {
  if (closed_) return;
  (void)session_->feed(bytes, server_.reactor_.now());
  wants_flush();
}

http::H2Stream& H2Connection::open_stream() {
  H2Exchange& exchange = server_.exchanges_.open(server_);
  exchange.start(*this);
  return exchange;
}

void H2Connection::on_request(http::H2Stream& stream, const http::RequestHead& head, bool ended) {
  ++requests_;
  ++server_.counters_.requests;
  if (requests_ >= server_.limits_.requests_per_connection) drain();
  exchange_of(stream).begin(head, ended);
}

void H2Connection::on_refused(http::H2Stream& stream, http::Refusal refusal) {
  ++requests_;
  ++server_.counters_.refused_heads;
  exchange_of(stream).refuse(http::status_of(refusal), http::to_string(refusal),
                             http::describe(refusal));
}

void H2Connection::on_data(http::H2Stream& stream, std::string_view bytes) {
  exchange_of(stream).take_body(bytes);
}

void H2Connection::on_stream_end(http::H2Stream& stream) { exchange_of(stream).end_of_request(); }

void H2Connection::on_sent(http::H2Stream& stream) { exchange_of(stream).writable(); }

void H2Connection::on_stream_closed(http::H2Stream& stream, H2Error error) {
  AbortCause cause = AbortCause::kClientClosed;
  if (cause_) {
    cause = *cause_;
  } else if (error == H2Error::kProtocol) {
    ++server_.counters_.refused_heads;
    cause = AbortCause::kBadFraming;
  }
  H2Exchange& exchange = exchange_of(stream);
  exchange.closed(cause);
  server_.exchanges_.close(exchange);
  // Its handler may be on the stack: both go back to their pools a little later.
  exchange.next_closed_ = std::exchange(closed_exchanges_, &exchange);
  server_.reactor_.arm_at_turn_end(turn_end_);
}

void H2Connection::resume(H2Exchange& exchange) {
  session_->resume(exchange);
  resumed_ = true;
  wants_flush();
}

// ---- bytes out -------------------------------------------------------------------------------

void H2Connection::wants_flush() { server_.reactor_.arm_at_turn_end(turn_end_); }

void H2Connection::flush() {
  std::string out = server_.spare_buffers_.borrow();
  while (!stream_->above_high_watermark()) {
    out.clear();
    session_->take(out, kPieceBytes);
    if (out.empty()) break;
    written_ += out.size();
    stream_->write(out);
  }
  server_.spare_buffers_.give_back(out);
  if (!session_->finished()) return watch_for_stall();
  if (session_->flooded()) {
    ++server_.counters_.http2_floods;
  } else if (session_->violated()) {
    ++server_.counters_.refused_heads;
  }
  const bool fault = session_->violated();
  close_after_flush(fault ? AbortCause::kBadFraming : AbortCause::kClientClosed,
                    fault ? Stream::Unread::kDiscard : Stream::Unread::kNone);
}

void H2Connection::on_drained() {
  if (!closed_) wants_flush();
}

void H2Connection::on_turn_end(void* self) {
  auto& connection = *static_cast<H2Connection*>(self);
  if (!connection.closed_) {
    if (std::exchange(connection.resumed_, false)) connection.session_->deliver_held();
    connection.flush();
  }
  connection.bury_closed_exchanges();
  if (!connection.closed_) return connection.watch_time();
  connection.server_.reactor_.disarm(connection.turn_end_);
  connection.session_.reset();
  connection.server_.h2_.reuse(connection);
}

void H2Connection::bury_closed_exchanges() {
  while (closed_exchanges_ != nullptr) {
    H2Exchange& exchange = *closed_exchanges_;
    closed_exchanges_ = exchange.next_closed_;
    server_.reclaim(exchange);
  }
}

// ---- ends ------------------------------------------------------------------------------------

void H2Connection::drain() {
  if (closed_ || goodbye_ != Goodbye::kNone) return;
  goodbye_ = Goodbye::kBegun;
  watch_ = Watch::kNothing;  // an idle one has less time from now on
  session_->begin_goodbye();
  wants_flush();
}

void H2Connection::on_goodbye_heard() {
  if (goodbye_ != Goodbye::kBegun) return;
  goodbye_ = Goodbye::kEnded;
  session_->end_goodbye();
}

void H2Connection::on_end() {
  if (closed_) return;
  // As with HTTP/1: who half-closes is taken for gone.
  if (session_->open_streams() == 0) {
    flush();
    if (closed_) return;
  }
  close_after_flush(AbortCause::kClientClosed, Stream::Unread::kNone);
}

void H2Connection::on_closed(int) {
  if (closed_) return;
  abandon(AbortCause::kClientClosed);
  become_closed();
}

void H2Connection::abandon(AbortCause cause) {
  cause_ = cause;
  session_->abandon(H2Error::kCancel);
}

void H2Connection::close_after_flush(AbortCause cause, Stream::Unread unread) {
  abandon(cause);
  Stream* stream = stream_;
  become_closed();
  stream->close_after_flush(unread);
}

void H2Connection::break_off(AbortCause cause) {
  abandon(cause);
  Stream* stream = stream_;
  become_closed();
  stream->close();
}

void H2Connection::become_closed() {
  closed_ = true;
  server_.reactor_.disarm(timer_);
  server_.reactor_.disarm(stall_);
  server_.closed(*this);
  // Session, handlers and this may be on the stack.
  server_.reactor_.arm_at_turn_end(turn_end_);
}

void H2Connection::shut_down() {
  break_off(AbortCause::kShutdown);
  server_.reactor_.disarm(turn_end_);
}

// ---- time ------------------------------------------------------------------------------------

void H2Connection::watch_time() {
  Watch wanted = Watch::kNothing;
  if (!session_->settled() || session_->within_head()) {
    wanted = Watch::kHead;
  } else if (session_->open_streams() == 0) {
    wanted = Watch::kIdle;
  }
  if (wanted == watch_ && requests_ == watched_since_) return;
  watch_ = wanted;
  watched_since_ = requests_;
  if (wanted == Watch::kNothing) return server_.reactor_.disarm(timer_);
  const auto& limits = server_.limits_;
  const bool leaving = goodbye_ != Goodbye::kNone;
  server_.reactor_.arm(timer_, wanted == Watch::kHead ? limits.head_timeout
                               : leaving              ? kGoodbyeTime
                                                      : limits.idle_timeout);
}

void H2Connection::on_timer(void* self) {
  auto& connection = *static_cast<H2Connection*>(self);
  if (connection.closed_) return;
  if (connection.stream_->unsent() > 0) {
    // Not idle but slow at taking what was sent: that has its own clock.
    return connection.server_.reactor_.arm(connection.timer_,
                                           connection.server_.limits_.idle_timeout);
  }
  if (connection.goodbye_ == Goodbye::kNone || connection.watch_ == Watch::kHead) {
    ++connection.server_.counters_.timeouts;
  }
  connection.session_->end_goodbye();
  connection.flush();
  if (connection.closed_) return;
  connection.close_after_flush(AbortCause::kTooSlow, Stream::Unread::kNone);
}

void H2Connection::watch_for_stall() {
  if (stream_->unsent() == 0 || stall_.armed()) return;
  taken_mark_ = written_ - stream_->unsent();
  server_.reactor_.arm(stall_, server_.limits_.idle_timeout);
}

void H2Connection::on_stall(void* self) {
  auto& connection = *static_cast<H2Connection*>(self);
  const size_t unsent = connection.stream_->unsent();
  if (connection.closed_ || unsent == 0) return;
  if (connection.written_ - unsent == connection.taken_mark_) {
    ++connection.server_.counters_.timeouts;
    return connection.break_off(AbortCause::kTooSlow);
  }
  connection.watch_for_stall();
}

}  // namespace slipway::serve
