#pragma once
// The server's side of one HTTP/2 connection (RFC 9113) over nghttp2, pure: the client's bytes in,
// what its streams say out to an H2Receiver; answers in, bytes for the client out. Owned by a
// connection; one thread.
//
// A client that costs more than it asks for is sent GOAWAY: budgets for resets (also those that it
// provokes), for pings, settings and the like, and for empty DATA frames, beside nghttp2's own for
// CONTINUATION frames and unsent acknowledgements. Windows open only for what was taken, so that
// what a paused stream keeps is bounded by its window and all of them by the connection's.
//
// Everything but feed(), take(), abandon() and the destructor may be called from inside the
// receiver.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/frame_allowance.h"
#include "http/h1_head_parser.h"
#include "http/h2_request_head.h"
#include "http/head.h"

// nghttp2's, whose headers stay in this room's sources.
struct nghttp2_session;

namespace slipway::http {

// What a client that knows the server speaks HTTP/2 says first (RFC 9113 §3.4).
inline constexpr std::string_view kH2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

struct H2Limits {
  uint32_t streams = 128;                       // at a time
  int32_t stream_window = 256 * 1024;           // bytes of an upload that may be under way
  int32_t connection_window = 4 * 1024 * 1024;  // the same of all uploads
  FrameRate resets{.burst = 200, .per_second = 50};
  FrameRate control{.burst = 200, .per_second = 20};  // PING, SETTINGS, PRIORITY, unknown ones
  FrameRate empty_data{.burst = 200, .per_second = 20};
};

// Why a stream, or a connection, ended too early.
enum class H2Error : uint32_t {
  kNone = 0,
  kProtocol = 1,
  kInternal = 2,
  kRefusedStream = 7,
  kCancel = 8,
  kEnhanceYourCalm = 11,
};

// One request and its answer. Made and pooled by the receiver, which may derive from it; the
// session uses it from open_stream() until on_stream_closed().
class H2Stream {
 public:
  // Past this many unsent bytes of an answer, its maker is to wait for on_sent().
  static constexpr size_t kHighWatermark = 64 * 1024;

  int32_t id() const { return id_; }
  // Body bytes of the answer that wait for the client's window, or for the socket.
  size_t unsent() const { return out_.size() - taken_; }
  bool above_high_watermark() const { return unsent() > kHighWatermark; }
  // Body bytes of the answer that have been handed out by take().
  uint64_t sent() const { return sent_; }
  // ... and of the request that have been told.
  uint64_t received() const { return received_; }
  // All of the answer has been handed out.
  bool answer_sent() const { return answer_sent_; }
  bool request_ended() const { return request_ended_; }

 protected:
  H2Stream() = default;
  ~H2Stream() = default;

 private:
  friend class H2Session;
  void open(int32_t id);

  int32_t id_ = 0;
  bool told_ = false;           // its head was accepted
  bool request_ended_ = false;  // END_STREAM has come
  bool end_told_ = false;
  bool deaf_ = false;   // nobody wants the rest of the request
  bool reset_ = false;  // by us
  bool paused_ = false;
  bool answer_begun_ = false;
  bool answer_whole_ = false;
  bool answer_sent_ = false;
  bool deferred_ = false;  // nghttp2 waits for more of the answer
  bool was_high_ = false;
  uint64_t received_ = 0;
  uint64_t sent_ = 0;
  size_t taken_ = 0;
  std::string head_;  // lines of the answer's head: nghttp2 reads them when it sends
  std::string trailers_;
  std::string out_;   // of the answer's body
  std::string held_;  // of the request's body, while paused
  H2Stream* previous_ = nullptr;
  H2Stream* next_ = nullptr;
};

class H2Receiver {
 public:
  // A stream begins; nothing is known of it yet.
  virtual H2Stream& open_stream() = 0;
  // The views of `head` die with the call. `ended`: nothing follows, and on_stream_end() is not
  // called.
  virtual void on_request(H2Stream& stream, const RequestHead& head, bool ended) = 0;
  // Instead of on_request(): it is to be answered with status_of(refusal).
  virtual void on_refused(H2Stream& stream, Refusal refusal) = 0;
  virtual void on_data(H2Stream& stream, std::string_view bytes) = 0;
  virtual void on_stream_end(H2Stream& stream) = 0;
  // What was unsent has fallen to half of the watermark after having been over it.
  virtual void on_sent(H2Stream& stream) = 0;
  // Last of a stream: `error` is kNone when both sides were whole.
  virtual void on_stream_closed(H2Stream& stream, H2Error error) = 0;
  // The answer to H2Session::begin_goodbye().
  virtual void on_goodbye_heard() = 0;

 protected:
  ~H2Receiver() = default;
};

class H2Session {
 public:
  // `scratch` may be shared by all sessions of a thread.
  H2Session(const Limits& head, const H2Limits& limits, H2Receiver& receiver, RequestHead& scratch);
  ~H2Session();
  H2Session(const H2Session&) = delete;
  H2Session& operator=(const H2Session&) = delete;

  // What the client sent, from the preface on. False: it broke the rules or one of its budgets;
  // what take() still gives says so, and nothing more is to be fed.
  bool feed(std::string_view bytes, Monotonic now);
  // Appends what is to be sent until it is more than `most` bytes, or all.
  void take(std::string& out, size_t most);
  // Both sides have said all: to be closed once everything is sent.
  bool finished() const;
  // The client broke a rule; or a budget, which is worse.
  bool violated() const { return violated_; }
  bool flooded() const { return flooded_; }
  // The connection goes: every stream is told to be closed, and nothing is called after that.
  void abandon(H2Error error);

  bool settled() const { return settled_; }                 // the client's SETTINGS have come
  bool within_head() const { return head_of_ != nullptr; }  // a head has begun and not ended
  size_t open_streams() const { return open_count_; }

  // Answers. `lines` are complete field lines "name: value\r\n" in lower case (FieldLines).
  // `length` < 0: it is not said. `bodiless`: the head is all.
  void respond(H2Stream& stream, int status, std::string_view date, std::string_view lines,
               int64_t length, bool bodiless);
  void send_continue(H2Stream& stream);
  void write(H2Stream& stream, std::string_view bytes);
  // The answer is whole; `trailers` are lines as those of respond(), none when that was bodiless.
  // If the request is not, nothing more is told of it, and its window stays
  // shut until it ends or decline().
  void finish(H2Stream& stream, std::string_view trailers = {});
  // RFC 9113 §8.1: the answer has been sent, the rest of the request is not wanted. Some clients
  // (curl 7.88) lose an answer that they have not read when they hear this.
  void decline(H2Stream& stream);
  // The stream ends here and now for both sides; nothing of it is told any more but its close.
  void reset(H2Stream& stream, H2Error error);

  void pause(H2Stream& stream) { stream.paused_ = true; }
  // What came in the meantime is told by deliver_held().
  void resume(H2Stream& stream) { stream.paused_ = false; }
  void deliver_held();

  // GOAWAY in two steps, so that no request is lost: the first says that an end is near, and
  // on_goodbye_heard() that the client knows; the second refuses what is new from then on.
  void begin_goodbye();
  void end_goodbye();

 private:
  struct Callbacks;
  struct DeleteSession {
    void operator()(nghttp2_session* session) const;
  };

  bool charge(FrameAllowance& allowance);
  void conclude_head(H2Stream& stream, bool ended);
  void tell_data(H2Stream& stream, std::string_view bytes);
  void tell_end(H2Stream& stream);
  void close(H2Stream& stream, uint32_t error);
  void break_off(H2Error error);

  H2Receiver& receiver_;
  RequestHead& scratch_;
  H2RequestHead head_;
  const size_t trailer_bytes_;
  size_t trailer_size_ = 0;
  size_t continuations_ = 0;  // of the present head
  FrameAllowance resets_;
  FrameAllowance control_;
  FrameAllowance empty_data_;
  Monotonic now_{};
  bool settled_ = false;
  bool broken_ = false;  // nghttp2 is not to be used any more
  bool violated_ = false;
  bool flooded_ = false;
  bool sent_something_ = false;  // some stream has fallen under its watermark
  H2Stream* head_of_ = nullptr;
  H2Stream* open_ = nullptr;
  size_t open_count_ = 0;
  std::string* out_ = nullptr;  // within take(), as is most_
  size_t most_ = 0;
  std::string pending_;  // to be sent before what nghttp2 has
  std::unique_ptr<nghttp2_session, DeleteSession> session_;
};

}  // namespace slipway::http
