#pragma once
// One connected byte stream (TCP or Unix socket) inside a Reactor: completion-shaped, so that epoll
// and io_uring both fit behind it. The reactor owns receive buffers and *delivers* bytes; the
// user of a stream only writes, pauses, resumes and closes.
//
// Owned by the reactor that made it. The pointer a user holds is good until the user calls close()
// or on_closed() has returned. Everything here happens on the reactor's thread.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace slipway::os {

class StreamHandler {
 public:
  virtual ~StreamHandler() = default;

  // connect() succeeded (outgoing streams only), before any on_bytes.
  virtual void on_connected() {}
  // Bytes as they came. The span dies with the call: whoever needs them later copies them. Never
  // called while reads are paused, except that pausing inside on_bytes takes effect afterwards.
  virtual void on_bytes(std::string_view bytes) = 0;
  // The peer will send no more (FIN). Writing is still possible; close() is the handler's call.
  virtual void on_end() = 0;
  // The stream broke (`error` is an errno value; ECONNREFUSED and ETIMEDOUT for a failed connect).
  // Last callback; never called for a close() of the user's own.
  virtual void on_closed(int error) = 0;
  // What was written before has fallen under the low watermark after having been over the high one.
  virtual void on_drained() {}
};

class Stream {
 public:
  // Past this many unsent bytes above_high_watermark() holds; on_drained() comes at half of it.
  static constexpr size_t kHighWatermark = 256 * 1024;

  // Sends now what the kernel takes, keeps the rest in order. Never fails here: a broken stream
  // is reported by on_closed() from the loop, not from inside write().
  virtual void write(std::string_view bytes) = 0;
  // One gathered send of a head and the first part of its body.
  virtual void write(std::string_view head, std::string_view body) = 0;
  // The same with something behind it: a chunk and its end.
  virtual void write(std::string_view head, std::string_view body, std::string_view tail) = 0;
  // What the kernel has not taken; also of a stream that broke, until on_closed() has returned.
  virtual size_t unsent() const = 0;
  bool above_high_watermark() const { return unsent() > kHighWatermark; }

  virtual void pause_reads() = 0;
  virtual void resume_reads() = 0;

  // Closes at once; unsent bytes are lost; no callback follows. The stream is gone for the caller.
  virtual void close() = 0;
  // Sends what is unsent (bounded by a linger deadline of the reactor), then closes; no callback
  // follows and the handler may die at once. With kDiscard it first swallows what the peer is still
  // sending, for a while: closing over unread bytes resets the connection and the peer may lose the
  // answer (RFC 9112 §9.6).
  enum class Unread { kNone, kDiscard };
  virtual void close_after_flush(Unread unread = Unread::kNone) = 0;
  // Another handler takes over (a pooled connection changes hands).
  virtual void set_handler(StreamHandler& handler) = 0;

  // "127.0.0.1:51234" of the other side; "unix" for a Unix socket. Good for the stream's life.
  virtual std::string_view peer() const = 0;
  // Nobody on the way can read it: TLS. A Unix socket does not count.
  virtual bool encrypted() const { return false; }
  // "TLSv1.3", as OpenSSL names them, once the handshake is over; empty when not encrypted. For
  // ever good.
  virtual std::string_view tls_version() const { return {}; }

 protected:
  ~Stream() = default;
};

}  // namespace slipway::os
