#pragma once
// The client's side of one HTTP/2 connection over nghttp2, pure, one request after another: a
// request in the bytes of HTTP/1 in, frames out; frames in, a response out whose head was judged by
// the parser of HTTP/1. So whoever writes requests for HTTP/1 speaks HTTP/2 by this, and neither
// side gets what the rules of HTTP/1 forbid (gateway rule 10). Owned by a connection; one thread.
//
// Everything but hear() and the destructor may be called from inside the receiver.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/body_reader.h"
#include "http/h1_head_parser.h"
#include "http/head.h"

struct nghttp2_session;

namespace slipway::http {

// Why a response will not be whole.
enum class H2Loss : uint8_t {
  kReset,       // the server reset the stream
  kBad,         // its head broke a rule
  kUnprocessed  // the server says that it has not begun with the request (RFC 9113 §8.7)
};

class H2ClientReceiver {
 public:
  // The views of `head` die with the call. `ended`: nothing follows, and on_response_end() is not
  // called.
  virtual void on_response(const ResponseHead& head, bool ended) = 0;
  virtual void on_response_data(std::string_view bytes) = 0;
  // `trailers`: lines "name: value\r\n", or nothing.
  virtual void on_response_end(std::string_view trailers) = 0;
  virtual void on_response_lost(H2Loss why) = 0;

 protected:
  ~H2ClientReceiver() = default;
};

class H2Client {
 public:
  // Past this many unsent bytes of a request, its maker is to wait.
  static constexpr size_t kHighWatermark = 64 * 1024;

  // `scratch` may be shared by all of a thread.
  H2Client(H2ClientReceiver& receiver, ResponseHead& scratch);
  ~H2Client();
  H2Client(const H2Client&) = delete;
  H2Client& operator=(const H2Client&) = delete;

  // The request, or the next part of it, as RequestHeadWriter and write_chunk() made it. False:
  // that was no request.
  bool send(std::string_view http1);
  // False: the server broke the rules, or ended the connection.
  bool hear(std::string_view bytes);
  // Appends what is to be sent.
  void take(std::string& out);
  // Nothing is told any more; also from inside the receiver, which may go then.
  void silence() { over_ = true; }
  // Request and response are whole, and the server takes another one.
  bool reusable() const;
  // Makes ready for that one.
  void begin_next();
  // Body bytes of the request that wait for the server's window.
  size_t unsent() const { return out_.size() - taken_; }

 private:
  struct Callbacks;
  struct DeleteSession {
    void operator()(nghttp2_session* session) const;
  };

  void conclude_head(bool ended);
  void lose(H2Loss why);

  H2ClientReceiver& receiver_;
  ResponseHead& scratch_;
  Method method_ = Method::kPost;
  int32_t id_ = 0;  // 0: the head has not been sent
  bool request_whole_ = false;
  bool deferred_ = false;
  bool head_done_ = false;
  bool over_ = false;  // nothing more is told
  bool response_whole_ = false;
  size_t field_bytes_ = 0;
  std::string request_head_;
  BodyReader request_body_;
  std::string out_;
  size_t taken_ = 0;
  std::string status_;
  std::string lines_;  // of the head, then of the trailers
  std::string text_;
  std::unique_ptr<nghttp2_session, DeleteSession> session_;
};

}  // namespace slipway::http
