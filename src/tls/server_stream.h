#pragma once
// One client's TLS between a socket's stream and its handler: decrypts what the one delivers,
// encrypts what the other writes, and is a stream itself. Pooled by its Acceptor, which alone makes
// them; lives on the reactor's thread.
//
//   kFree -> kHandshake -> kOpen -> kFree        (a handshake that lasts is ended by the handler's
//                                                 own time for a first request)
//
// OpenSSL reads from the bytes that are being delivered and writes into a buffer that all streams
// of the acceptor share: nothing of ours is allocated per record.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "os/reactor.h"

// OpenSSL's, whose headers stay in this room.
struct bio_method_st;
struct bio_st;
struct ssl_st;

namespace slipway::tls {

class Acceptor;

class ServerStream final : public os::Stream, public os::StreamHandler {
 public:
  explicit ServerStream(Acceptor& owner);
  ~ServerStream() override;

  // False: no memory. `below` is then as it was.
  bool start(os::Stream& below);
  // Of a connection that nobody wants; `below` is not touched.
  void abandon();

  // os::Stream
  void write(std::string_view bytes) override;
  void write(std::string_view head, std::string_view body) override;
  void write(std::string_view head, std::string_view body, std::string_view tail) override;
  size_t unsent() const override { return below_ == nullptr ? 0 : below_->unsent(); }
  void pause_reads() override;
  void resume_reads() override;
  void close() override;
  void close_after_flush(Unread unread) override;
  void set_handler(os::StreamHandler& handler) override { handler_ = &handler; }
  std::string_view peer() const override { return below_ == nullptr ? "" : below_->peer(); }
  bool encrypted() const override { return true; }
  std::string_view tls_version() const override { return version_; }

  // os::StreamHandler, of the stream below
  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  void on_closed(int error) override;
  void on_drained() override;

  // OpenSSL's method for a BIO whose data is a ServerStream; the caller frees it. Null: no memory.
  static bio_method_st* make_method();

 private:
  friend class Acceptor;
  struct FreeSession {
    void operator()(ssl_st* session) const;
  };
  enum class State : uint8_t { kFree, kHandshake, kOpen };
  enum class Step : uint8_t { kGoOn, kNeedMore, kEnd, kBroken };

  void feed(std::string_view bytes);
  void pump();
  Step shake_hands();
  Step decrypt(std::span<char> into, size_t& got);
  Step step_of(int result) const;
  void encrypt(std::span<const std::string_view> parts);
  void send_out();
  void answer_plainly();
  void break_off();
  void report(int error);
  static int read_in(bio_st* bio, char* into, int size);
  static int write_out(bio_st* bio, const char* bytes, int size);
  void release();
  static void on_turn_end(void* self);

  Acceptor& owner_;
  os::Stream* below_ = nullptr;
  os::StreamHandler* handler_ = nullptr;
  std::unique_ptr<ssl_st, FreeSession> session_;
  State state_ = State::kFree;
  std::string_view version_;  // empty before kOpen
  bool first_byte_ = false;   // none has come yet
  bool paused_ = false;
  bool ended_ = false;   // the peer's end has been told
  bool broken_ = false;  // encrypting failed; to be told from the loop
  std::string_view in_;  // what OpenSSL reads from, within feed()
  std::string stash_;    // arrived while paused; lent by the acceptor
  size_t unasked_ = 0;   // bytes that were only answers to TLS messages, since the last data
  os::Timer turn_end_;
  ServerStream* next_free_ = nullptr;
};

}  // namespace slipway::tls
