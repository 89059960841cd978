#pragma once
// One HTTP/2 connection of a client: gives its bytes to a session, its requests to handlers, many
// at a time, and sends what the session has to say once a turn. Pooled and owned by its HttpServer;
// reactor's thread only.
//
// Draining says goodbye in two steps: the client hears that it shall begin nothing new, and once it
// has heard (or is silent) what it begins nevertheless is refused; requests before that are
// answered.

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/h2_session.h"
#include "os/reactor.h"
#include "serve/exchange.h"
#include "serve/h2_exchange.h"
#include "serve/open_pool.h"

namespace slipway::serve {

class HttpServer;

class H2Connection final : public os::StreamHandler, public http::H2Receiver {
 public:
  explicit H2Connection(HttpServer& server)
      : server_(server),
        timer_(on_timer, this),
        stall_(on_stall, this),
        turn_end_(on_turn_end, this) {}

  // `bytes` begin with the client's preface.
  void start(os::Stream& stream, std::string_view bytes);
  void drain();
  // The server goes: no callback afterwards.
  void shut_down();

  // os::StreamHandler
  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  void on_closed(int error) override;
  void on_drained() override;

  // For its exchanges.
  http::H2Session& session() { return *session_; }
  os::Stream& stream() const { return *stream_; }
  void wants_flush();
  void resume(H2Exchange& exchange);

 private:
  friend class HttpServer;
  friend class OpenPool<H2Connection>;
  // What timer_ is for.
  enum class Watch : uint8_t { kNothing, kHead, kIdle };
  enum class Goodbye : uint8_t { kNone, kBegun, kEnded };

  // http::H2Receiver
  http::H2Stream& open_stream() override;
  void on_request(http::H2Stream& stream, const http::RequestHead& head, bool ended) override;
  void on_refused(http::H2Stream& stream, http::Refusal refusal) override;
  void on_data(http::H2Stream& stream, std::string_view bytes) override;
  void on_stream_end(http::H2Stream& stream) override;
  void on_sent(http::H2Stream& stream) override;
  void on_stream_closed(http::H2Stream& stream, http::H2Error error) override;
  void on_goodbye_heard() override;

  void flush();
  void watch_time();
  void watch_for_stall();
  void bury_closed_exchanges();
  // Tells every open exchange.
  void abandon(AbortCause cause);
  void close_after_flush(AbortCause cause, os::Stream::Unread unread);
  void break_off(AbortCause cause);
  void become_closed();

  static void on_timer(void* self);
  static void on_stall(void* self);
  static void on_turn_end(void* self);

  HttpServer& server_;
  os::Stream* stream_ = nullptr;
  bool closed_ = true;
  bool encrypted_ = false;
  bool resumed_ = false;  // some exchange takes its upload again
  Goodbye goodbye_ = Goodbye::kNone;
  Watch watch_ = Watch::kNothing;
  uint32_t requests_ = 0;
  uint32_t watched_since_ = 0;       // requests_ when the watch began
  std::optional<AbortCause> cause_;  // why every exchange ends
  std::optional<http::H2Session> session_;
  H2Exchange* closed_exchanges_ = nullptr;

  os::Timer timer_;
  os::Timer stall_;  // the client takes nothing of what is sent
  os::Timer turn_end_;
  uint64_t written_ = 0;
  uint64_t taken_mark_ = 0;

  H2Connection* previous_ = nullptr;
  H2Connection* next_ = nullptr;
};

}  // namespace slipway::serve
