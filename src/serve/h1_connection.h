#pragma once
// One HTTP/1 connection of a client: cuts the byte stream into requests, hands them to a handler
// one at a time, and frames the answers. Pooled and owned by its HttpServer; reactor's thread only.
//
//   kHead --head--> kBody --last byte--> kAnswer --finish()--> kHead ...      any -> kClosed
//            \------no body------------^
//   kAnswer --switch_protocols()--> kSwitched: bytes pass as they are, until one side ends
//
// A client that speaks HTTP/2 says so with its first bytes, and gets an H2Connection instead.
//
// An answer may be finished while the phase is still kBody: what is left of the upload is then
// swallowed when it is in hand already, else the connection closes after the answer. What several
// callbacks of a turn write leaves in one send.

#include <cstdint>
#include <string>
#include <string_view>

#include "http/body_reader.h"
#include "http/h1_head_parser.h"
#include "os/reactor.h"
#include "serve/exchange.h"
#include "serve/open_pool.h"

namespace slipway::serve {

class HttpServer;

class H1Connection final : public os::StreamHandler, public Exchange {
 public:
  explicit H1Connection(HttpServer& server)
      : server_(server),
        timer_(on_timer, this),
        stall_(on_stall, this),
        turn_end_(on_turn_end, this) {}

  void start(os::Stream& stream);
  // Closes now when it is idle; else after the present answer.
  void drain();
  // The server goes: no callback afterwards.
  void shut_down();

  // os::StreamHandler
  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  void on_closed(int error) override;
  void on_drained() override;

  // Exchange
  void respond(const ResponseStart& start) override;
  void respond_whole(const ResponseStart& start, std::string_view body) override;
  void body(std::string_view bytes) override;
  void switch_protocols(std::string_view protocol, std::string_view fields) override;
  void finish() override;
  void finish_with(std::string_view) override { finish(); }
  void abort() override;
  void send_continue() override;
  void pause_body() override;
  void resume_body() override;
  bool congested() const override { return stream_->above_high_watermark(); }
  std::string_view peer() const override { return stream_->peer(); }
  bool encrypted() const override { return encrypted_; }
  std::string_view tls_version() const override { return stream_->tls_version(); }
  bool http2() const override { return false; }
  bool request_complete() const override { return request_complete_; }

 private:
  friend class HttpServer;
  friend class OpenPool<H1Connection>;
  enum class Phase : uint8_t { kHead, kBody, kAnswer, kSwitched, kClosed };
  enum class Answer : uint8_t { kNone, kStarted, kFinished };

  size_t consume(std::string_view bytes);
  size_t consume_head(std::string_view rest);
  size_t consume_body(std::string_view rest);
  void consume_stash();
  void after_consume();
  bool begins_http2(std::string_view bytes) const;
  size_t change_to_http2(std::string_view bytes);
  void begin_exchange(const http::RequestHead& head, size_t in_hand);
  void end_of_request();
  void answered();
  void end_of_answer();
  void next_request();

  bool upload_is_settled() const;
  http::Framing decide_framing(const ResponseStart& start);
  void write_head(std::string& out, const ResponseStart& start, http::Framing framing,
                  uint64_t length);
  void gather(std::string_view bytes);
  void flush_gathered();
  void watch_for_stall();

  // Answers for the server itself, then closes.
  void refuse(int status, std::string_view code, std::string_view detail);
  void break_off(AbortCause cause);
  void close_after_answer(os::Stream::Unread unread);
  void close_now();
  void become_closed();

  static void on_timer(void* self);
  static void on_stall(void* self);
  static void on_turn_end(void* self);
  void head_or_idle_expired();
  void judge_body_rate();

  HttpServer& server_;
  os::Stream* stream_ = nullptr;
  RequestHandler* handler_ =
      nullptr;  // from a head until the connection has been silent for a while
  Phase phase_ = Phase::kClosed;
  Answer answer_ = Answer::kNone;

  // The present request.
  bool exchange_open_ = false;  // the handler may still use it
  bool request_complete_ = false;
  bool client_keeps_alive_ = false;
  bool is_head_ = false;
  bool continue_owed_ = false;
  bool body_paused_ = false;
  int minor_version_ = 1;
  size_t in_hand_ = 0;  // bytes behind the present position that have arrived already
  http::BodyReader body_;

  // The present answer.
  bool keep_alive_ = false;
  bool body_forbidden_ = false;
  http::Framing framing_ = http::Framing::kNone;
  uint64_t length_left_ = 0;

  bool waiting_for_head_ = false;  // the first bytes of a head have come
  bool reads_paused_ = false;
  bool encrypted_ = false;
  uint32_t requests_ = 0;
  http::HeadScan scan_;
  std::string in_;        // arrived, not yet dealt with
  std::string gathered_;  // to be sent at the end of the turn; lent by the server

  os::Timer timer_;  // kHead: head or idle; kBody: rate of the upload
  os::Timer stall_;  // the client takes nothing of the answer
  os::Timer turn_end_;
  Monotonic body_since_;
  Monotonic paused_since_;
  uint64_t written_ = 0;
  uint64_t taken_mark_ = 0;

  H1Connection* previous_ = nullptr;  // open connections of the server
  H1Connection* next_ = nullptr;      // same, or the next free one
};

}  // namespace slipway::serve
