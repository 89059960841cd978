#pragma once
// One connection to an upstream: writes requests, reads replies strictly (rule 11), and tells its
// receiver what came. It carries one exchange at a time (rule 9) and rests in the upstream's pool
// between them. One that speaks HTTP/2, for gRPC, takes its requests in the bytes of HTTP/1, too.
// Made, recycled and destroyed by the UpstreamPool of its worker.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "gateway/upstream.h"
#include "http/body_reader.h"
#include "http/h1_head_parser.h"
#include "http/h2_client.h"
#include "os/stream.h"

namespace slipway::gateway {

class UpstreamPool;

// Why a reply will not come, or not be whole.
struct Loss {
  enum class Kind {
    kNotConnected,  // `error` says why
    kClosed,        // before the head of a reply was whole
    kBadReply,      // it broke the rules of HTTP
    kTruncated      // within the body
  };
  Kind kind = Kind::kClosed;
  int error = 0;              // errno value; 0 when the peer closed in good order
  bool nothing_sent = false;  // the kernel took no byte of this request, or the peer says that it
                              // did not begin with it
  bool reply_began = false;   // some byte of a reply came
};

// Gets what a connection reads. After on_reply_end(), on_reply_whole() and on_lost() the connection
// belongs to the receiver to give back or to discard, which it does before it returns.
class ReplyReceiver {
 public:
  virtual void on_connected() = 0;
  virtual void on_reply_head(const http::ResponseHead& head) = 0;
  // 101 to a request that asked for it: on_reply_body() has the bytes that follow, as they come.
  virtual void on_switched(const http::ResponseHead& head) = 0;
  virtual void on_reply_body(std::string_view bytes) = 0;
  // Before on_reply_end(), when there are any: lines "name: value\r\n". HTTP/2 only.
  virtual void on_reply_trailers(std::string_view lines) = 0;
  // `clean`: framing was unambiguous, the peer keeps the connection, no byte was left over (rule
  // 8).
  virtual void on_reply_end(bool clean) = 0;
  // Head and all of the body came at once: instead of the three above.
  virtual void on_reply_whole(const http::ResponseHead& head, std::string_view body,
                              bool clean) = 0;
  virtual void on_lost(const Loss& loss) = 0;
  // The request's bytes are below the low watermark again.
  virtual void on_request_drained() = 0;

 protected:
  ~ReplyReceiver() = default;
};

class UpstreamConnection final : public os::StreamHandler, public http::H2ClientReceiver {
 public:
  explicit UpstreamConnection(UpstreamPool& pool) : pool_(pool) {}

  // Begins an exchange; `method` decides whether a body follows the reply's head.
  void attach(ReplyReceiver& receiver, http::Method method);
  // The request of this exchange asks for WebSocket; nobody else may be answered 101.
  void expect_websocket() { may_switch_ = true; }

  void send(std::string_view bytes);
  void send(std::string_view head, std::string_view body);
  // Has the kernel taken all of the present request? What HTTP/2 says besides, acknowledgements
  // for one, may still be on its way: it belongs to the connection, not to the request.
  bool request_sent() const {
    return stream_->unsent() <= written_ - request_end_ && (!http2_ || http2_->unsent() == 0);
  }
  // Of the present request: has the kernel taken none of it yet?
  bool nothing_sent() const { return stream_->unsent() >= written_; }
  bool congested() const {
    return stream_->above_high_watermark() ||
           (http2_ && http2_->unsent() > http::H2Client::kHighWatermark);
  }
  void pause_reads() { stream_->pause_reads(); }
  void resume_reads() { stream_->resume_reads(); }

  Upstream& upstream() { return *upstream_; }

  void on_connected() override;
  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  void on_closed(int error) override;
  void on_drained() override;

  void on_response(const http::ResponseHead& head, bool ended) override;
  void on_response_data(std::string_view bytes) override;
  void on_response_end(std::string_view trailers) override;
  void on_response_lost(http::H2Loss why) override;

 private:
  friend class UpstreamPool;

  // Back to the state of a new object, keeping buffers; every view of an older use is void then.
  void reset();
  // The rest of the reply, from the first byte behind what is parsed. `head` is the one just read,
  // null when it was handed on before.
  void read_body(std::string_view in, const http::ResponseHead* head);
  void switch_over(std::string_view in, const http::ResponseHead& head);
  void lose(Loss::Kind kind, int error);
  void send_http2(std::string_view http1);
  void flush_http2();
  void hear_http2(std::string_view in);

  UpstreamPool& pool_;
  Upstream* upstream_ = nullptr;
  os::Stream* stream_ = nullptr;
  ReplyReceiver* receiver_ = nullptr;  // null while idle
  uint32_t use_ = 0;                   // changes whenever the connection changes hands
  bool connected_ = false;
  bool head_done_ = false;
  bool reply_began_ = false;
  bool keep_alive_ = false;
  bool may_switch_ = false;
  bool switched_ = false;
  http::Method method_ = http::Method::kPost;
  uint64_t written_ = 0;      // since the exchange began
  uint64_t request_end_ = 0;  // how much of that goes up to the request's last byte so far
  Monotonic idle_since_{};
  std::string partial_head_;  // a head that came in pieces, and what came with its end
  http::HeadScan scan_;
  http::BodyReader body_;
  std::unique_ptr<http::H2Client> http2_;  // null: it speaks HTTP/1.1
  bool told_congested_ = false;            // the receiver waits for on_request_drained()
};

}  // namespace slipway::gateway
