#pragma once
// One request and its answer, seen from the server's side, whatever protocol carried it. The
// connection owns its exchange and reuses it for the next request; a handler may use it from
// on_head() until it has called finish()/abort() or on_abort() has returned. Reactor's thread only.
//
// The legal order of an answer is  respond(head) -> body()* -> finish() or finish_with();  anything
// else asserts. switch_protocols() may stand for respond().

#include <cstdint>
#include <string_view>

#include "http/head.h"

namespace slipway::serve {

// What a handler wants sent. Framing is the connection's: `content_length` < 0 means chunked (or
// until-close for an HTTP/1.0 client). `fields` are complete header lines made by
// http::ResponseHeadWriter, or empty.
struct ResponseStart {
  int status = 200;
  int64_t content_length = -1;
  std::string_view fields;
  bool close = false;  // close the connection after this answer
};

class Exchange {
 public:
  virtual void respond(const ResponseStart& start) = 0;
  // respond() + all of the body + finish() in one send.
  virtual void respond_whole(const ResponseStart& start, std::string_view body) = 0;
  virtual void body(std::string_view bytes) = 0;
  virtual void finish() = 0;
  // ... with trailers, complete lines as a head has them; left out where http2() is false.
  virtual void finish_with(std::string_view trailers) = 0;
  // 101 to a request whose head has `upgrade`: from now on bytes pass as they are, the client's by
  // on_body() until finish() or on_abort(), the handler's by body(). `fields` as respond() has
  // them.
  virtual void switch_protocols(std::string_view protocol, std::string_view fields) = 0;
  // The answer cannot be completed: the connection is closed so that the client sees the cut.
  virtual void abort() = 0;

  // An interim 100 (Continue), once, if the client waits for one.
  virtual void send_continue() = 0;
  // Back-pressure towards the client's upload; effective after the current on_body().
  virtual void pause_body() = 0;
  virtual void resume_body() = 0;
  // Unsent answer bytes are over the stream's high watermark; on_writable() tells when to go on.
  virtual bool congested() const = 0;

  virtual std::string_view peer() const = 0;
  // The client came over TLS.
  virtual bool encrypted() const = 0;
  // "TLSv1.3", for ever good; empty when it did not.
  virtual std::string_view tls_version() const = 0;
  // It came over HTTP/2: trailers pass, and both sides may speak at the same time.
  virtual bool http2() const = 0;
  // The request has been read whole.
  virtual bool request_complete() const = 0;

 protected:
  ~Exchange() = default;
};

enum class AbortCause { kClientClosed, kBadFraming, kTooSlow, kShutdown };

// What answers requests. on_head() comes first; on_body()* and on_end() only while the exchange is
// unfinished. The views of `head` die with on_head().
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;
  virtual void on_head(const http::RequestHead& head, Exchange& exchange) = 0;
  virtual void on_body(std::string_view bytes) = 0;
  virtual void on_end() = 0;
  virtual void on_abort(AbortCause cause) = 0;
  virtual void on_writable() {}
};

// Gives a connection a handler for its requests and takes it back when it is silent or ends, so
// that handlers can be pooled. One per worker.
class HandlerSource {
 public:
  virtual ~HandlerSource() = default;
  virtual RequestHandler& acquire() = 0;
  virtual void release(RequestHandler& handler) = 0;
};

}  // namespace slipway::serve
