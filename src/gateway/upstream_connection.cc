#include "gateway/upstream_connection.h"

#include "gateway/upstream_pool.h"
#include "gateway/websocket.h"

namespace slipway::gateway {
namespace {

constexpr int kSwitchingProtocols = 101;
const http::Limits kReplyLimits;

}  // namespace

void UpstreamConnection::attach(ReplyReceiver& receiver, http::Method method) {
  receiver_ = &receiver;
  method_ = method;
  ++use_;
  head_done_ = false;
  reply_began_ = false;
  may_switch_ = switched_ = false;
  if (http2_ != nullptr && http2_->reusable()) http2_->begin_next();
  written_ = request_end_ = 0;
  partial_head_.clear();
  scan_.reset();
}

void UpstreamConnection::reset() {
  ++use_;
  upstream_ = nullptr;
  stream_ = nullptr;
  receiver_ = nullptr;
  connected_ = false;
  told_congested_ = false;
}

void UpstreamConnection::send(std::string_view bytes) {
  if (http2_ != nullptr) return send_http2(bytes);
  request_end_ = written_ += bytes.size();
  stream_->write(bytes);
}

void UpstreamConnection::send(std::string_view head, std::string_view body) {
  if (http2_ != nullptr) {
    send_http2(head);
    return send_http2(body);
  }
  request_end_ = written_ += head.size() + body.size();
  stream_->write(head, body);
}

void UpstreamConnection::on_connected() {
  connected_ = true;
  receiver_->on_connected();
}

void UpstreamConnection::on_drained() {
  if (http2_ != nullptr) flush_http2();
  if (receiver_ == nullptr || congested()) return;
  told_congested_ = false;
  receiver_->on_request_drained();
}

void UpstreamConnection::on_bytes(std::string_view in) {
  if (receiver_ == nullptr) {
    // Pings and settings may come at any time; a goodbye ends it.
    if (http2_ != nullptr && http2_->hear(in) && http2_->reusable()) return flush_http2();
    // Nobody asked: whatever this is, the next reply could not be told from it.
    pool_.drop_idle(*this);
    return;
  }
  if (http2_ != nullptr) return hear_http2(in);
  reply_began_ = true;
  if (switched_) return receiver_->on_reply_body(in);
  if (head_done_) return read_body(in, nullptr);
  if (!partial_head_.empty()) {
    partial_head_.append(in);
    in = partial_head_;
  }
  http::ResponseHead& head = pool_.reply_head();
  for (;;) {
    const http::HeadResult result =
        http::parse_response_head(in, kReplyLimits, method_, scan_, head);
    if (result.outcome == http::Outcome::kNeedMore) {
      if (partial_head_.empty()) {
        partial_head_.assign(in);
      } else {
        partial_head_.erase(0, partial_head_.size() - in.size());
      }
      return;
    }
    const bool switches = head.status == kSwitchingProtocols;
    if (result.outcome == http::Outcome::kRefused ||
        (switches && !(may_switch_ && switches_to_websocket(head)))) {
      lose(Loss::Kind::kBadReply, 0);
      return;
    }
    in.remove_prefix(result.consumed);
    scan_.reset();
    if (switches) return switch_over(in, head);
    if (!head.interim()) break;
    // 100 is between us and the upstream, 102 and 103 are hints: the client gets the final head.
    if (in.empty()) {
      partial_head_.clear();
      return;
    }
  }
  head_done_ = true;
  keep_alive_ = head.keep_alive && head.framing != http::Framing::kUntilClose;
  body_.start(head.framing, head.content_length);
  read_body(in, &head);
}

void UpstreamConnection::switch_over(std::string_view in, const http::ResponseHead& head) {
  head_done_ = switched_ = true;
  const uint32_t use = use_;
  receiver_->on_switched(head);
  if (use_ == use && !in.empty()) receiver_->on_reply_body(in);
}

void UpstreamConnection::read_body(std::string_view in, const http::ResponseHead* head) {
  // Chunks that came together leave together: pieces are joined, one piece is passed on as it is.
  std::string_view data;
  std::string& joined = pool_.joined_body();
  bool done = body_.done();
  while (!done && !in.empty()) {
    const http::BodyReader::Step step = body_.feed(in);
    if (step.refusal != http::Refusal::kNone) {
      lose(head != nullptr ? Loss::Kind::kBadReply : Loss::Kind::kTruncated, 0);
      return;
    }
    in.remove_prefix(step.consumed);
    done = step.done;
    if (step.data.empty()) continue;
    if (data.empty()) {
      data = step.data;
    } else {
      if (data.data() != joined.data()) joined.assign(data);
      joined.append(step.data);
      data = joined;
    }
  }
  const bool clean = done && keep_alive_ && in.empty();
  if (head != nullptr && done) {
    receiver_->on_reply_whole(*head, data, clean);
    return;
  }
  const uint32_t use = use_;
  if (head != nullptr) receiver_->on_reply_head(*head);
  if (use_ == use && !data.empty()) receiver_->on_reply_body(data);
  if (use_ == use && done) receiver_->on_reply_end(clean);
}

void UpstreamConnection::on_end() {
  if (receiver_ == nullptr) {
    pool_.drop_idle(*this);
    return;
  }
  if (!head_done_) {
    lose(Loss::Kind::kClosed, 0);
  } else if (switched_ || (http2_ == nullptr && body_.end_of_stream() == http::Refusal::kNone)) {
    receiver_->on_reply_end(false);
  } else {
    lose(Loss::Kind::kTruncated, 0);
  }
}

void UpstreamConnection::on_closed(int error) {
  if (receiver_ == nullptr) {
    stream_ = nullptr;
    pool_.drop_idle(*this);
    return;
  }
  const Loss::Kind kind = !connected_  ? Loss::Kind::kNotConnected
                          : head_done_ ? Loss::Kind::kTruncated
                                       : Loss::Kind::kClosed;
  const Loss loss{kind, error, !connected_ || nothing_sent(), reply_began_};
  stream_ = nullptr;
  receiver_->on_lost(loss);
}

// ---- HTTP/2 ------------------------------------------------------------------------------------

void UpstreamConnection::send_http2(std::string_view http1) {
  // What our own writer made is a request; what is not is never answered, and times out.
  (void)http2_->send(http1);
  flush_http2();
  request_end_ = written_;
  told_congested_ = congested();
}

void UpstreamConnection::flush_http2() {
  std::string& out = pool_.joined_body();
  out.clear();
  const bool body_waited = http2_->unsent() > 0;
  http2_->take(out);
  if (out.empty()) return;
  written_ += out.size();
  if (body_waited) request_end_ = written_;
  stream_->write(out);
}

void UpstreamConnection::hear_http2(std::string_view in) {
  const uint32_t use = use_;
  const http::H2Client* const session = http2_.get();
  const bool fine = http2_->hear(in);
  // Answers to pings and settings do not wait for the next request.
  if (http2_.get() == session) flush_http2();
  if (use_ != use) return;
  if (!fine) return lose(head_done_ ? Loss::Kind::kTruncated : Loss::Kind::kBadReply, 0);
  if (told_congested_ && !congested()) {
    told_congested_ = false;
    receiver_->on_request_drained();
  }
}

void UpstreamConnection::on_response(const http::ResponseHead& head, bool ended) {
  head_done_ = reply_began_ = true;
  if (ended) {
    receiver_->on_reply_whole(head, {}, http2_->reusable());
  } else {
    receiver_->on_reply_head(head);
  }
}

void UpstreamConnection::on_response_data(std::string_view bytes) {
  receiver_->on_reply_body(bytes);
}

void UpstreamConnection::on_response_end(std::string_view trailers) {
  if (!trailers.empty()) receiver_->on_reply_trailers(trailers);
  receiver_->on_reply_end(http2_->reusable());
}

void UpstreamConnection::on_response_lost(http::H2Loss why) {
  if (why == http::H2Loss::kUnprocessed && !head_done_) {
    // As good as not sent: the replica says so itself.
    return receiver_->on_lost({Loss::Kind::kClosed, 0, true, false});
  }
  lose(head_done_                  ? Loss::Kind::kTruncated
       : why == http::H2Loss::kBad ? Loss::Kind::kBadReply
                                   : Loss::Kind::kClosed,
       0);
}

void UpstreamConnection::lose(Loss::Kind kind, int error) {
  receiver_->on_lost({kind, error, nothing_sent(), reply_began_});
}

}  // namespace slipway::gateway
