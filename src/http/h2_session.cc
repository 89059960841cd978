#include "http/h2_session.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <span>
#include <utility>

#include "http/nghttp2_parts.h"

namespace slipway::http {
namespace {

// The last stream in a GOAWAY that refuses none yet (RFC 9113 §6.8).
constexpr int32_t kAllStreams = INT32_MAX;

// Of one head, which is small enough for its first frame and two.
constexpr size_t kMostContinuations = 8;

}  // namespace

void H2Stream::open(int32_t id) {
  id_ = id;
  told_ = request_ended_ = end_told_ = deaf_ = reset_ = paused_ = false;
  answer_begun_ = answer_whole_ = answer_sent_ = deferred_ = was_high_ = false;
  received_ = sent_ = 0;
  taken_ = 0;
  head_.clear();
  trailers_.clear();
  out_.clear();
  if (out_.capacity() > 4 * kHighWatermark) out_ = std::string();
  held_.clear();
}

struct H2Session::Callbacks {
  static H2Session& self(void* user) { return *static_cast<H2Session*>(user); }
  static H2Stream* stream(nghttp2_session* session, int32_t id) {
    return static_cast<H2Stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* frame, void* user) {
    H2Session& me = self(user);
    bool fine = true;
    switch (frame->type) {
      case NGHTTP2_HEADERS:
        me.continuations_ = 0;
        break;
      case NGHTTP2_CONTINUATION:
        fine = ++me.continuations_ <= kMostContinuations;
        me.flooded_ = me.flooded_ || !fine;
        break;
      case NGHTTP2_RST_STREAM:  // charged when the stream closes
      case NGHTTP2_WINDOW_UPDATE:
      case NGHTTP2_GOAWAY:
        break;
      case NGHTTP2_DATA:
        if (frame->length == 0 && (frame->flags & NGHTTP2_FLAG_END_STREAM) == 0) {
          fine = me.charge(me.empty_data_);
        }
        break;
      default:
        fine = (frame->flags & NGHTTP2_FLAG_ACK) != 0 || me.charge(me.control_);
    }
    return fine ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    H2Session& me = self(user);
    me.trailer_size_ = 0;
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    H2Stream& stream = me.receiver_.open_stream();
    stream.open(frame->hd.stream_id);
    stream.previous_ = nullptr;
    stream.next_ = me.open_;
    if (me.open_ != nullptr) me.open_->previous_ = &stream;
    me.open_ = &stream;
    ++me.open_count_;
    nghttp2_session_set_stream_user_data(session, stream.id_, &stream);
    // Streams share a connection's bytes in turn, not first come first served.
    const nghttp2_extpri fair{NGHTTP2_EXTPRI_DEFAULT_URGENCY, 1};
    (void)nghttp2_session_change_extpri_stream_priority(session, stream.id_, &fair, 1);
    me.head_of_ = &stream;
    me.head_.begin();
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                       size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                       void* user) {
    H2Session& me = self(user);
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) {
      // Trailers are counted and dropped; a flood of them ends its stream.
      me.trailer_size_ += name_size + value_size + 32;
      return me.trailer_size_ > me.trailer_bytes_ ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE : 0;
    }
    if (me.head_.add(text_of(name, name_size), text_of(value, value_size))) return 0;
    me.flooded_ = true;
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  // nghttp2 would leave such a field out and go on.
  static int on_invalid_header(nghttp2_session*, const nghttp2_frame*, const uint8_t*, size_t,
                               const uint8_t*, size_t, uint8_t, void*) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    H2Session& me = self(user);
    const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
      case NGHTTP2_DATA: {
        H2Stream* stream = Callbacks::stream(session, frame->hd.stream_id);
        if (stream == nullptr) return 0;
        if (ended) stream->request_ended_ = true;
        if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
          me.conclude_head(*stream, ended);
        } else if (ended) {
          me.tell_end(*stream);
        }
        return 0;
      }
      case NGHTTP2_SETTINGS:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) me.settled_ = true;
        return 0;
      case NGHTTP2_PING:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) me.receiver_.on_goodbye_heard();
        return 0;
      default:
        return 0;
    }
  }

  static int on_data(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* data,
                     size_t size, void* user) {
    H2Stream* stream = Callbacks::stream(session, id);
    if (stream == nullptr || stream->deaf_) {
      // Its own window stays as it is: what nobody wants shall not go on coming.
      (void)nghttp2_session_consume_connection(session, size);
    } else if (stream->paused_ || !stream->held_.empty()) {
      stream->held_.append(text_of(data, size));
    } else {
      self(user).tell_data(*stream, text_of(data, size));
    }
    return 0;
  }

  static int on_close(nghttp2_session* session, int32_t id, uint32_t error, void* user) {
    H2Session& me = self(user);
    H2Stream* stream = Callbacks::stream(session, id);
    if (stream == nullptr) return 0;
    // Also what a client brings about by breaking rules: it costs us the same.
    const bool fine = error == NGHTTP2_NO_ERROR || stream->reset_ || me.charge(me.resets_);
    me.close(*stream, error);
    return fine ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  // Streams over the limit never begin for us, but refusing them costs a frame.
  static int on_invalid_frame(nghttp2_session* session, const nghttp2_frame* frame, int,
                              void* user) {
    H2Session& me = self(user);
    const bool known = Callbacks::stream(session, frame->hd.stream_id) != nullptr;
    return known || me.charge(me.resets_) ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  static int on_sent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_GOAWAY) {
      if (frame->goaway.error_code != NGHTTP2_NO_ERROR) self(user).violated_ = true;
      // Behind the notice, so that who answers it has heard that.
      if (frame->goaway.last_stream_id == kAllStreams) {
        (void)nghttp2_submit_ping(session, NGHTTP2_FLAG_NONE, nullptr);
      }
      return 0;
    }
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    H2Stream* stream = Callbacks::stream(session, frame->hd.stream_id);
    if (stream != nullptr) stream->answer_sent_ = true;
    return 0;
  }

  static ssize_t read(nghttp2_session* session, int32_t id, uint8_t*, size_t size, uint32_t* flags,
                      nghttp2_data_source* source, void*) {
    H2Stream& stream = *static_cast<H2Stream*>(source->ptr);
    const size_t n = std::min(size, stream.unsent());
    if (n == 0 && !stream.answer_whole_) {
      stream.deferred_ = true;
      return NGHTTP2_ERR_DEFERRED;
    }
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (!stream.answer_whole_ || n < stream.unsent()) return static_cast<ssize_t>(n);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!stream.trailers_.empty()) {
      std::array<nghttp2_nv, kMostLines> pairs;
      const size_t count = pairs_of(stream.trailers_, pairs);
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      (void)nghttp2_submit_trailer(session, id, pairs.data(), count);
    }
    return static_cast<ssize_t>(n);
  }

  static int send_data(nghttp2_session*, nghttp2_frame*, const uint8_t* head, size_t size,
                       nghttp2_data_source* source, void* user) {
    H2Session& me = self(user);
    H2Stream& stream = *static_cast<H2Stream*>(source->ptr);
    me.out_->append(text_of(head, 9));
    me.out_->append(stream.out_, stream.taken_, size);
    stream.taken_ += size;
    stream.sent_ += size;
    if (stream.taken_ > stream.out_.size() / 2) {
      stream.out_.erase(0, stream.taken_);
      stream.taken_ = 0;
    }
    if (stream.was_high_ && stream.unsent() <= H2Stream::kHighWatermark / 2) {
      me.sent_something_ = true;
    }
    return me.out_->size() > me.most_ ? NGHTTP2_ERR_PAUSE : 0;
  }
};

H2Session::H2Session(const Limits& head, const H2Limits& limits, H2Receiver& receiver,
                     RequestHead& scratch)
    : receiver_(receiver),
      scratch_(scratch),
      head_(head),
      trailer_bytes_(head.head_bytes),
      resets_(limits.resets),
      control_(limits.control),
      empty_data_(limits.empty_data) {
  nghttp2_session_callbacks* made = nullptr;
  nghttp2_option* option = nullptr;
  nghttp2_session* session = nullptr;
  // These fail for lack of memory alone, which ends the process elsewhere too.
  if (nghttp2_session_callbacks_new(&made) != 0 || nghttp2_option_new(&option) != 0) std::abort();
  const Nghttp2CallbacksPtr callbacks(made);
  const Nghttp2OptionPtr options(option);
  nghttp2_session_callbacks_set_on_begin_frame_callback(made, Callbacks::on_begin_frame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(made, Callbacks::on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(made, Callbacks::on_header);
  nghttp2_session_callbacks_set_on_invalid_header_callback(made, Callbacks::on_invalid_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(made, Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, Callbacks::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(made, Callbacks::on_close);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(made, Callbacks::on_invalid_frame);
  nghttp2_session_callbacks_set_on_frame_send_callback(made, Callbacks::on_sent);
  nghttp2_session_callbacks_set_send_data_callback(made, Callbacks::send_data);
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_max_outbound_ack(option, 2 * limits.control.burst);
  // It counts every piece of a frame's nine bytes, so that ours is the one that says how many.
  nghttp2_option_set_max_continuations(option, 10 * kMostContinuations);
  // A second net behind our own budget, which counts provoked resets too.
  nghttp2_option_set_stream_reset_rate_limit(option, 2 * limits.resets.burst,
                                             2 * limits.resets.per_second);
  if (nghttp2_session_server_new2(&session, made, this, option) != 0) std::abort();
  session_.reset(session);

  const std::array<nghttp2_settings_entry, 4> settings = {{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<uint32_t>(limits.stream_window)},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(head.head_bytes)},
      // Trees of dependencies cost more than they give (RFC 9113 §5.3).
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  if (nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) != 0 ||
      nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0,
                                            limits.connection_window) != 0) {
    std::abort();
  }
  // SETTINGS come first, also when the client's first bytes are a reason to say goodbye.
  std::string first;
  take(first, 0);
  pending_ = std::move(first);
}

H2Session::~H2Session() = default;

void H2Session::DeleteSession::operator()(nghttp2_session* session) const {
  nghttp2_session_del(session);
}

// ---- bytes in --------------------------------------------------------------------------------

bool H2Session::feed(std::string_view bytes, Monotonic now) {
  if (broken_) return false;
  now_ = now;
  const ssize_t read = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (read >= 0) return true;
  if (read == NGHTTP2_ERR_FLOODED) flooded_ = true;
  break_off(flooded_ ? H2Error::kEnhanceYourCalm : H2Error::kProtocol);
  return false;
}

bool H2Session::charge(FrameAllowance& allowance) {
  if (allowance.take(now_)) return true;
  flooded_ = true;
  return false;
}

void H2Session::conclude_head(H2Stream& stream, bool ended) {
  head_of_ = nullptr;
  const Refusal refusal = head_.conclude(ended, scratch_);
  if (refusal != Refusal::kNone) {
    stream.deaf_ = true;
    return receiver_.on_refused(stream, refusal);
  }
  stream.told_ = true;
  // A length of zero says all, whether END_STREAM has come or not.
  const bool whole = !scratch_.has_body();
  if (whole) stream.end_told_ = true;
  receiver_.on_request(stream, scratch_, whole);
}

void H2Session::tell_data(H2Stream& stream, std::string_view bytes) {
  stream.received_ += bytes.size();
  const int32_t id = stream.id_;
  receiver_.on_data(stream, bytes);
  (void)nghttp2_session_consume(session_.get(), id, bytes.size());
}

void H2Session::tell_end(H2Stream& stream) {
  if (stream.paused_ || !stream.held_.empty()) return;  // deliver_held() goes on
  if (stream.deaf_ || !stream.told_ || stream.end_told_) return;
  stream.end_told_ = true;
  receiver_.on_stream_end(stream);
}

void H2Session::deliver_held() {
  if (broken_) return;
  for (H2Stream* stream = open_; stream != nullptr; stream = stream->next_) {
    if (stream->paused_ || stream->deaf_) continue;
    if (!stream->held_.empty()) {
      const std::string held = std::exchange(stream->held_, std::string());
      tell_data(*stream, held);
    }
    if (stream->request_ended_) tell_end(*stream);
  }
}

void H2Session::close(H2Stream& stream, uint32_t error) {
  if (head_of_ == &stream) head_of_ = nullptr;
  if (!broken_) {
    (void)nghttp2_session_consume_connection(session_.get(), stream.held_.size());
    nghttp2_session_set_stream_user_data(session_.get(), stream.id_, nullptr);
  }
  if (stream.previous_ != nullptr) stream.previous_->next_ = stream.next_;
  if (stream.next_ != nullptr) stream.next_->previous_ = stream.previous_;
  if (open_ == &stream) open_ = stream.next_;
  --open_count_;
  receiver_.on_stream_closed(stream, static_cast<H2Error>(error));
}

void H2Session::abandon(H2Error error) {
  broken_ = true;
  while (open_ != nullptr) close(*open_, static_cast<uint32_t>(error));
}

void H2Session::break_off(H2Error error) {
  broken_ = violated_ = true;
  // nghttp2 is not to be asked any more after a failure; GOAWAY is soon written.
  const auto last = static_cast<uint32_t>(nghttp2_session_get_last_proc_stream_id(session_.get()));
  pending_.append({0, 0, 8, NGHTTP2_GOAWAY, 0, 0, 0, 0, 0});
  for (const uint32_t word : {last, static_cast<uint32_t>(error)}) {
    for (const int shift : {24, 16, 8, 0}) {
      pending_.push_back(static_cast<char>((word >> shift) & 0xFF));
    }
  }
}

// ---- answers out -----------------------------------------------------------------------------

void H2Session::respond(H2Stream& stream, int status, std::string_view date, std::string_view lines,
                        int64_t length, bool bodiless) {
  assert(!stream.answer_begun_ && status >= 200 && status <= 999);
  stream.answer_begun_ = true;
  if (broken_) return;
  // nghttp2 reads it when it sends.
  std::string& text = stream.head_;
  text.clear();
  std::array<char, 20> digits;
  const auto append_number = [&](int64_t number) {
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    text.append(digits.data(), end);
  };
  append_number(status);
  const size_t length_at = text.size();
  if (length >= 0) append_number(length);
  const size_t date_at = text.size();
  text.append(date);
  const size_t lines_at = text.size();
  text.append(lines);

  const std::string_view all = text;
  std::array<nghttp2_nv, kMostLines + 3> pairs;
  size_t count = 0;
  pairs[count++] = pair_of(":status", all.substr(0, length_at));
  if (!date.empty()) pairs[count++] = pair_of("date", all.substr(date_at, date.size()));
  count += pairs_of(all.substr(lines_at), std::span(pairs).subspan(count, kMostLines));
  if (length >= 0) {
    pairs[count++] = pair_of("content-length", all.substr(length_at, date_at - length_at));
  }

  nghttp2_data_provider body{};
  body.source.ptr = &stream;
  body.read_callback = &Callbacks::read;
  if (bodiless) stream.answer_whole_ = true;
  (void)nghttp2_submit_response(session_.get(), stream.id_, pairs.data(), count,
                                bodiless ? nullptr : &body);
}

void H2Session::send_continue(H2Stream& stream) {
  if (broken_ || stream.answer_begun_) return;
  const nghttp2_nv status = pair_of(":status", "100");
  (void)nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream.id_, nullptr, &status, 1,
                               nullptr);
}

void H2Session::write(H2Stream& stream, std::string_view bytes) {
  if (bytes.empty() || broken_) return;
  stream.out_.append(bytes);
  if (stream.above_high_watermark()) stream.was_high_ = true;
  if (std::exchange(stream.deferred_, false)) {
    (void)nghttp2_session_resume_data(session_.get(), stream.id_);
  }
}

void H2Session::finish(H2Stream& stream, std::string_view trailers) {
  stream.answer_whole_ = true;
  stream.trailers_ = trailers;
  if (!stream.request_ended_) stream.deaf_ = true;
  if (!broken_ && std::exchange(stream.deferred_, false)) {
    (void)nghttp2_session_resume_data(session_.get(), stream.id_);
  }
}

void H2Session::decline(H2Stream& stream) {
  if (!stream.request_ended_) reset(stream, H2Error::kNone);
}

void H2Session::reset(H2Stream& stream, H2Error error) {
  if (broken_ || std::exchange(stream.reset_, true)) return;
  stream.deaf_ = true;
  (void)nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id_,
                                  static_cast<uint32_t>(error));
}

void H2Session::take(std::string& out, size_t most) {
  out_ = &out;
  most_ = most;
  out.append(std::exchange(pending_, std::string()));
  while (!broken_ && out.size() <= most) {
    const uint8_t* bytes = nullptr;
    const size_t before = out.size();
    const ssize_t n = nghttp2_session_mem_send(session_.get(), &bytes);
    if (n < 0) {
      break_off(flooded_ ? H2Error::kEnhanceYourCalm : H2Error::kInternal);
    } else if (n > 0) {
      out.append(text_of(bytes, static_cast<size_t>(n)));
    } else if (out.size() == before) {
      break;
    }
  }
  out.append(std::exchange(pending_, std::string()));
  out_ = nullptr;
  if (!std::exchange(sent_something_, false) || broken_) return;
  for (H2Stream* stream = open_; stream != nullptr; stream = stream->next_) {
    if (!stream->was_high_ || stream->unsent() > H2Stream::kHighWatermark / 2) continue;
    stream->was_high_ = false;
    if (!stream->deaf_ && !stream->answer_whole_) receiver_.on_sent(*stream);
  }
}

bool H2Session::finished() const {
  if (broken_) return true;
  return nghttp2_session_want_read(session_.get()) == 0 &&
         nghttp2_session_want_write(session_.get()) == 0;
}

void H2Session::begin_goodbye() {
  if (broken_) return;
  (void)nghttp2_submit_shutdown_notice(session_.get());
}

void H2Session::end_goodbye() {
  if (broken_) return;
  (void)nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                              nghttp2_session_get_last_proc_stream_id(session_.get()),
                              NGHTTP2_NO_ERROR, nullptr, 0);
}

}  // namespace slipway::http
