#pragma once
// One request of an HTTP/2 connection and its answer: a stream to the session, an exchange to the
// handler, which is lent for the exchange's life. Pooled and owned by the HttpServer; reactor's
// thread only.
//
// It is open to its handler until the answer is finished or aborted; the stream goes on until the
// client has taken what is unsent.

#include <cstdint>
#include <string_view>

#include "http/h2_session.h"
#include "os/reactor.h"
#include "serve/exchange.h"
#include "serve/open_pool.h"

namespace slipway::serve {

class H2Connection;
class HttpServer;

class H2Exchange final : public http::H2Stream, public Exchange {
 public:
  explicit H2Exchange(HttpServer& server)
      : server_(server), upload_(on_upload, this), stall_(on_stall, this) {}

  void start(H2Connection& connection);
  void begin(const http::RequestHead& head, bool whole);
  void take_body(std::string_view bytes);
  void end_of_request();
  void writable();
  // The server's own answer: a problem.
  void refuse(int status, std::string_view code, std::string_view detail);
  void closed(AbortCause cause);

  // Exchange
  void respond(const ResponseStart& start) override;
  void respond_whole(const ResponseStart& start, std::string_view body) override;
  void body(std::string_view bytes) override;
  // HTTP/2 has no Upgrade, so no head of it asks for this (RFC 9113 §8.6).
  void switch_protocols(std::string_view protocol, std::string_view fields) override;
  void finish() override { finish_with({}); }
  void finish_with(std::string_view trailers) override;
  void abort() override;
  void send_continue() override;
  void pause_body() override;
  void resume_body() override;
  bool congested() const override { return above_high_watermark(); }
  std::string_view peer() const override;
  bool encrypted() const override;
  std::string_view tls_version() const override;
  bool http2() const override { return true; }
  bool request_complete() const override { return request_complete_; }

 private:
  friend class H2Connection;
  friend class HttpServer;
  friend class OpenPool<H2Exchange>;
  enum class Answer : uint8_t { kNone, kStarted, kFinished };

  void begin_answer(const ResponseStart& start, bool bodiless);
  void answered();
  void watch_for_stall();
  void give_up();
  void judge_body_rate();
  static void on_upload(void* self);
  static void on_stall(void* self);

  HttpServer& server_;
  H2Connection* connection_ = nullptr;
  RequestHandler* handler_ = nullptr;
  bool exchange_open_ = false;  // the handler may still use it
  bool request_complete_ = false;
  bool continue_owed_ = false;
  bool is_head_ = false;
  bool body_forbidden_ = false;
  bool body_paused_ = false;
  Answer answer_ = Answer::kNone;
  bool length_known_ = false;
  uint64_t length_left_ = 0;
  uint64_t request_left_ = 0;  // of a declared length

  os::Timer upload_;  // rate of the upload
  os::Timer stall_;   // the client takes nothing of the answer
  Monotonic body_since_{};
  Monotonic paused_since_{};
  uint64_t sent_mark_ = 0;

  H2Exchange* previous_ = nullptr;
  H2Exchange* next_ = nullptr;
  H2Exchange* next_closed_ = nullptr;
};

}  // namespace slipway::serve
