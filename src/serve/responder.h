#pragma once
// The answering end of one request, to be completed on any thread, now or later: once with reply(),
// or piece by piece with the ReplyStream that stream() gives. Move it to whoever will answer. Gone
// without an answer it answers 500, so that no client waits for ever.

#include <chrono>
#include <memory>
#include <string_view>

#include "serve/reply.h"

namespace slipway::serve {

class Conversation;

// An answer without an end known beforehand: logs that are followed, server-sent events. Every
// method from any thread. Gone without finish() it cuts the answer off.
class ReplyStream {
 public:
  // Bytes that write() keeps before wait_writable() blocks.
  static constexpr size_t kBuffered = 256 * 1024;

  explicit ReplyStream(std::shared_ptr<Conversation> conversation);
  ~ReplyStream();
  ReplyStream(const ReplyStream&) = delete;
  ReplyStream& operator=(const ReplyStream&) = delete;

  // Keeps the bytes and sends them soon; never blocks. False: the client is gone.
  bool write(std::string_view bytes);
  // Waits until the client has taken enough that more may be written. False: it is gone, or
  // `timeout` has passed.
  bool wait_writable(std::chrono::milliseconds timeout);
  // Sleeps until the client is gone or `timeout` has passed; true when it is gone.
  bool wait_closed(std::chrono::milliseconds timeout);
  void finish();
  // The answer cannot be completed: the client sees it cut.
  void abort();
  bool closed() const;

 private:
  std::shared_ptr<Conversation> conversation_;
};

class Responder {
 public:
  explicit Responder(std::shared_ptr<Conversation> conversation);
  ~Responder();
  Responder(Responder&&) noexcept = default;
  Responder& operator=(Responder&&) = delete;

  // Once; after it only closed() may be called.
  void reply(Reply reply);
  std::shared_ptr<ReplyStream> stream(int status, HeaderFields fields);
  // The client is gone: there is nobody to answer.
  bool closed() const;

 private:
  std::shared_ptr<Conversation> conversation_;
  bool answered_ = false;
};

}  // namespace slipway::serve
