#include "tls/server_stream.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "tls/acceptor.h"
#include "tls/server_context_parts.h"

namespace slipway::tls {
namespace {

constexpr size_t kRecordBytes = 16 * 1024;
// Past this what was encrypted is handed down before more is.
constexpr size_t kOutBytes = 128 * 1024;
// Key updates and alerts make us answer; a client that sends nothing else is closed.
constexpr size_t kMostUnasked = 64 * 1024;

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

}  // namespace

void ServerStream::FreeSession::operator()(ssl_st* session) const { SSL_free(session); }

bio_method_st* ServerStream::make_method() {
  MethodPtr method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "slipway memory"));
  if (!method || BIO_meth_set_read(method.get(), &ServerStream::read_in) != 1 ||
      BIO_meth_set_write(method.get(), &ServerStream::write_out) != 1 ||
      BIO_meth_set_ctrl(method.get(), &control) != 1) {
    return nullptr;
  }
  return method.release();
}

int ServerStream::read_in(bio_st* bio, char* into, int size) {
  auto& stream = *static_cast<ServerStream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (stream.in_.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const size_t n = stream.in_.copy(into, static_cast<size_t>(size));
  stream.in_.remove_prefix(n);
  return static_cast<int>(n);
}

int ServerStream::write_out(bio_st* bio, const char* bytes, int size) {
  auto& stream = *static_cast<ServerStream*>(BIO_get_data(bio));
  stream.owner_.out_.append(bytes, static_cast<size_t>(size));
  return size;
}

ServerStream::ServerStream(Acceptor& owner) : owner_(owner), turn_end_(on_turn_end, this) {}
ServerStream::~ServerStream() = default;

bool ServerStream::start(os::Stream& below) {
  ServerContext::OpenSsl& openssl = *owner_.context_.openssl_;
  session_.reset(SSL_new(openssl.context.get()));
  BIO* bio = session_ ? BIO_new(openssl.method.get()) : nullptr;
  if (bio == nullptr) {
    ERR_clear_error();
    session_.reset();
    return false;
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(session_.get(), bio, bio);  // one reference for both: it is the session's now
  SSL_set_accept_state(session_.get());
  below_ = &below;
  handler_ = nullptr;
  state_ = State::kHandshake;
  version_ = {};
  first_byte_ = true;
  paused_ = ended_ = broken_ = false;
  unasked_ = 0;
  return true;
}

void ServerStream::abandon() {
  below_ = nullptr;
  release();
}

// ---- bytes in --------------------------------------------------------------------------------

void ServerStream::on_bytes(std::string_view bytes) {
  if (state_ == State::kFree || ended_ || bytes.empty()) return;
  // A handshake record begins with 22; a request with its method.
  if (std::exchange(first_byte_, false) && bytes.front() >= 'A' && bytes.front() <= 'Z') {
    return answer_plainly();
  }
  if (stash_.empty()) return feed(bytes);
  stash_.append(bytes);
  if (!paused_) feed(stash_);
}

void ServerStream::feed(std::string_view bytes) {
  const bool from_stash = bytes.data() == stash_.data() && !stash_.empty();
  in_ = bytes;
  pump();
  const std::string_view left = std::exchange(in_, {});
  if (state_ == State::kFree) return;  // release() has dealt with the stash
  if (from_stash) {
    stash_.erase(0, stash_.size() - left.size());
    if (stash_.empty()) owner_.spare_buffers_.give_back(stash_);
  } else if (!left.empty() && !ended_) {
    stash_ = owner_.spare_buffers_.borrow();
    stash_.assign(left);
  }
}

void ServerStream::pump() {
  if (state_ == State::kHandshake) {
    const Step step = shake_hands();
    if (step == Step::kBroken) return break_off();
    if (step != Step::kGoOn) return;
  }
  while (!paused_ && !ended_) {
    size_t got = 0;
    const Step step = decrypt(owner_.plain_, got);
    if (got > 0) {
      unasked_ = 0;
    } else {
      unasked_ += owner_.out_.size();
    }
    send_out();
    if (got > 0) {
      handler_->on_bytes({owner_.plain_.data(), got});
      if (state_ == State::kFree) return;
    }
    switch (step) {
      case Step::kGoOn:
        break;
      case Step::kNeedMore:
        if (unasked_ > kMostUnasked) return break_off();
        return;
      case Step::kEnd:
        ended_ = true;
        return handler_->on_end();
      case Step::kBroken:
        return break_off();
    }
  }
}

ServerStream::Step ServerStream::shake_hands() {
  ERR_clear_error();
  const int result = SSL_do_handshake(session_.get());
  if (result != 1) {
    const Step step = step_of(result);
    if (step != Step::kBroken) send_out();
    return step;
  }
  send_out();
  state_ = State::kOpen;
  version_ = SSL_get_version(session_.get());
  ++owner_.context_.counters_.handshakes;
  if (SSL_session_reused(session_.get()) == 1) ++owner_.context_.counters_.resumed;
  return Step::kGoOn;
}

ServerStream::Step ServerStream::decrypt(std::span<char> into, size_t& got) {
  while (got < into.size()) {
    size_t n = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(session_.get(), into.data() + got, into.size() - got, &n);
    if (result != 1) return step_of(result);
    got += n;
  }
  return Step::kGoOn;
}

ServerStream::Step ServerStream::step_of(int result) const {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Step::kNeedMore;
    case SSL_ERROR_ZERO_RETURN:
      return Step::kEnd;
    default:
      return Step::kBroken;
  }
}

void ServerStream::on_end() {
  // An end without close_notify is told like one with it: requests carry their own length, and what
  // was cut is never taken for whole.
  if (state_ == State::kFree || std::exchange(ended_, true)) return;
  handler_->on_end();
}

void ServerStream::on_closed(int error) {
  if (state_ != State::kFree) report(error);
}

void ServerStream::on_drained() {
  if (state_ == State::kOpen) handler_->on_drained();
}

void ServerStream::pause_reads() {
  paused_ = true;
  if (below_ != nullptr) below_->pause_reads();
}

void ServerStream::resume_reads() {
  if (state_ == State::kFree || !std::exchange(paused_, false)) return;
  // What is in hand goes first, and never from inside this call.
  owner_.reactor_.arm_at_turn_end(turn_end_);
}

void ServerStream::on_turn_end(void* self) {
  auto& stream = *static_cast<ServerStream*>(self);
  if (stream.state_ == State::kFree) return stream.owner_.reclaim(stream);
  if (stream.broken_) return stream.break_off();
  if (stream.paused_) return;
  if (stream.state_ == State::kOpen) stream.feed(stream.stash_);
  if (stream.state_ != State::kFree && !stream.paused_) stream.below_->resume_reads();
}

// ---- bytes out -------------------------------------------------------------------------------

void ServerStream::write(std::string_view bytes) { encrypt(std::array{bytes}); }

void ServerStream::write(std::string_view head, std::string_view body) {
  encrypt(std::array{head, body});
}

void ServerStream::write(std::string_view head, std::string_view body, std::string_view tail) {
  encrypt(std::array{head, body, tail});
}

void ServerStream::encrypt(std::span<const std::string_view> parts) {
  // Nobody has anything to say to a client that has not been heard yet.
  if (state_ != State::kOpen || broken_) return;
  std::string& record = owner_.record_;
  record.clear();
  const auto seal = [this](std::string_view bytes) {
    if (bytes.empty() || broken_) return;
    size_t n = 0;
    ERR_clear_error();
    if (SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &n) != 1) {
      broken_ = true;
      owner_.reactor_.arm_at_turn_end(turn_end_);
    }
    if (owner_.out_.size() >= kOutBytes) send_out();
  };
  for (std::string_view part : parts) {
    while (!part.empty()) {
      // Whole records straight from where they are; only what is shared by one is gathered.
      const bool whole = record.empty() && part.size() >= kRecordBytes;
      const std::string_view piece = part.substr(0, kRecordBytes - record.size());
      part.remove_prefix(piece.size());
      if (whole) {
        seal(piece);
        continue;
      }
      record.append(piece);
      if (record.size() < kRecordBytes) continue;
      seal(record);
      record.clear();
    }
  }
  seal(record);
  send_out();
}

void ServerStream::send_out() {
  std::string& out = owner_.out_;
  if (!out.empty() && below_ != nullptr) below_->write(out);
  out.clear();
}

// ---- ends ------------------------------------------------------------------------------------

void ServerStream::answer_plainly() {
  ++owner_.context_.counters_.plain_requests;
  below_->write(owner_.context_.plain_answer_);
  os::Stream* below = below_;
  report(EPROTO);
  below->close_after_flush(Unread::kDiscard);
}

void ServerStream::break_off() {
  ServerTlsCounters& counters = owner_.context_.counters_;
  ++(state_ == State::kHandshake ? counters.failed_handshakes : counters.broken);
  ERR_clear_error();
  send_out();  // the alert that says why
  os::Stream* below = below_;
  report(EPROTO);
  below->close_after_flush(Unread::kDiscard);
}

void ServerStream::report(int error) {
  // While it is told, peer() and unsent() still answer, and nothing else does anything.
  state_ = State::kFree;
  handler_->on_closed(error);
  below_ = nullptr;
  release();
}

void ServerStream::close() {
  if (state_ == State::kFree) return;
  // Without close_notify: the client shall see that something is missing.
  std::exchange(below_, nullptr)->close();
  release();
}

void ServerStream::close_after_flush(Unread unread) {
  if (state_ == State::kFree) return;
  if (state_ == State::kOpen && !broken_) {
    ERR_clear_error();
    SSL_shutdown(session_.get());
    ERR_clear_error();
    send_out();
  }
  std::exchange(below_, nullptr)->close_after_flush(unread);
  release();
}

void ServerStream::release() {
  state_ = State::kFree;
  handler_ = nullptr;
  session_.reset();
  if (!stash_.empty()) owner_.spare_buffers_.give_back(stash_);
  // It may be on the stack: back to the pool a little later.
  owner_.reactor_.arm_at_turn_end(turn_end_);
}

}  // namespace slipway::tls
