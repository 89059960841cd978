#include "http/h2_client.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdlib>
#include <utility>

#include "http/byte_class.h"
#include "http/connection_fields.h"
#include "http/nghttp2_parts.h"
#include "http/status.h"

namespace slipway::http {
namespace {

constexpr int32_t kWindow = 1024 * 1024;
constexpr Limits kLimits;

}  // namespace

struct H2Client::Callbacks {
  static H2Client& self(void* user) { return *static_cast<H2Client*>(user); }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name_bytes,
                       size_t name_size, const uint8_t* value_bytes, size_t value_size, uint8_t,
                       void* user) {
    H2Client& me = self(user);
    if (me.over_ || frame->hd.stream_id != me.id_) return 0;
    const std::string_view name = text_of(name_bytes, name_size);
    const std::string_view value = text_of(value_bytes, value_size);
    me.field_bytes_ += name.size() + value.size() + 4;
    if (name == ":status") {
      me.status_ = value;
      me.lines_.clear();
      return 0;
    }
    // What follows becomes text: nothing may pass that would end a line.
    if (me.field_bytes_ > kLimits.head_bytes || !is_token(name) || !is_field_value(value)) {
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    // Trailers frame and route nothing.
    if (me.head_done_ && is_codec_header(lookup_header(name))) return 0;
    me.lines_.append(name).append(": ").append(value).append("\r\n");
    return 0;
  }

  static int on_invalid_header(nghttp2_session*, const nghttp2_frame*, const uint8_t*, size_t,
                               const uint8_t*, size_t, uint8_t, void*) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    H2Client& me = self(user);
    if (me.over_ || frame->hd.stream_id != me.id_) return 0;
    const bool ended = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (frame->hd.type == NGHTTP2_HEADERS && !me.head_done_) {
      me.conclude_head(ended);
    } else if (ended && (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA)) {
      me.over_ = me.response_whole_ = true;
      me.receiver_.on_response_end(me.lines_);
    }
    return 0;
  }

  static int on_data(nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, size_t size,
                     void* user) {
    H2Client& me = self(user);
    if (!me.over_ && id == me.id_) me.receiver_.on_response_data(text_of(data, size));
    return 0;
  }

  static int on_close(nghttp2_session*, int32_t id, uint32_t error, void* user) {
    H2Client& me = self(user);
    if (me.over_ || id != me.id_) return 0;
    // nghttp2 says refused, too, of streams above the one that a GOAWAY names.
    me.lose(error == NGHTTP2_REFUSED_STREAM   ? H2Loss::kUnprocessed
            : error == NGHTTP2_PROTOCOL_ERROR ? H2Loss::kBad
                                              : H2Loss::kReset);
    return 0;
  }

  static ssize_t read(nghttp2_session*, int32_t, uint8_t* into, size_t size, uint32_t* flags,
                      nghttp2_data_source*, void* user) {
    H2Client& me = self(user);
    const size_t n = me.out_.copy(reinterpret_cast<char*>(into), size, me.taken_);
    me.taken_ += n;
    if (me.taken_ > me.out_.size() / 2) {
      me.out_.erase(0, me.taken_);
      me.taken_ = 0;
    }
    if (me.request_whole_ && me.unsent() == 0) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
    } else if (n == 0) {
      me.deferred_ = true;
      return NGHTTP2_ERR_DEFERRED;
    }
    return static_cast<ssize_t>(n);
  }
};

H2Client::H2Client(H2ClientReceiver& receiver, ResponseHead& scratch)
    : receiver_(receiver), scratch_(scratch) {
  nghttp2_session_callbacks* made = nullptr;
  nghttp2_session* session = nullptr;
  // These fail for lack of memory alone, which ends the process elsewhere too.
  if (nghttp2_session_callbacks_new(&made) != 0) std::abort();
  const Nghttp2CallbacksPtr callbacks(made);
  nghttp2_session_callbacks_set_on_header_callback(made, Callbacks::on_header);
  nghttp2_session_callbacks_set_on_invalid_header_callback(made, Callbacks::on_invalid_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(made, Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, Callbacks::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(made, Callbacks::on_close);
  if (nghttp2_session_client_new(&session, made, this) != 0) std::abort();
  session_.reset(session);
  const std::array<nghttp2_settings_entry, 3> settings = {{
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kWindow},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(kLimits.head_bytes)},
  }};
  if (nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) != 0 ||
      nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, kWindow) != 0) {
    std::abort();
  }
}

H2Client::~H2Client() = default;

void H2Client::DeleteSession::operator()(nghttp2_session* session) const {
  nghttp2_session_del(session);
}

bool H2Client::send(std::string_view http1) {
  if (id_ == 0) {
    request_head_.append(http1);
    RequestHead head;
    const HeadResult result = parse_request_head(request_head_, kLimits, head);
    if (result.outcome != Outcome::kComplete) return result.outcome == Outcome::kNeedMore;
    method_ = head.method;
    request_body_.start(head.framing, head.content_length);
    std::array<nghttp2_nv, kMaxFields + 8> pairs;
    size_t count = 0;
    pairs[count++] = pair_of(":method", head.method_text);
    pairs[count++] = pair_of(":scheme", "http");
    pairs[count++] = pair_of(":path", head.target);
    pairs[count++] = pair_of(":authority", head.host);
    for (const Field& field : head.fields) {
      if (field.id == HeaderId::kHost || is_codec_header(field.id)) continue;
      pairs[count++] = pair_of(field.name, field.value);
    }
    if (head.framing == Framing::kLength) {
      pairs[count++] = pair_of("content-length", head.fields.value(HeaderId::kContentLength));
    }
    pairs[count++] = pair_of("te", "trailers");
    request_whole_ = request_body_.done();
    nghttp2_data_provider body{};
    body.read_callback = &Callbacks::read;
    // Views of request_head_, which stays as it is from now on.
    id_ = nghttp2_submit_request(session_.get(), nullptr, pairs.data(), count,
                                 request_whole_ ? nullptr : &body, nullptr);
    if (id_ < 0) return false;
    http1 = std::string_view(request_head_).substr(result.consumed);
  }
  while (!http1.empty() && !request_whole_) {
    const BodyReader::Step step = request_body_.feed(http1);
    if (step.refusal != Refusal::kNone) return false;
    out_.append(step.data);
    http1.remove_prefix(step.consumed);
    request_whole_ = step.done;
  }
  if ((unsent() > 0 || request_whole_) && std::exchange(deferred_, false)) {
    (void)nghttp2_session_resume_data(session_.get(), id_);
  }
  return true;
}

bool H2Client::hear(std::string_view bytes) {
  const ssize_t read = nghttp2_session_mem_recv(
      session_.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  return read >= 0 && (nghttp2_session_want_read(session_.get()) != 0 ||
                       nghttp2_session_want_write(session_.get()) != 0);
}

void H2Client::take(std::string& out) {
  const uint8_t* bytes = nullptr;
  while (true) {
    const ssize_t n = nghttp2_session_mem_send(session_.get(), &bytes);
    if (n <= 0) return;
    out.append(text_of(bytes, static_cast<size_t>(n)));
  }
}

void H2Client::conclude_head(bool ended) {
  if (status_.size() == 3 && status_.front() == '1') return;  // interim: another follows
  head_done_ = true;
  field_bytes_ = 0;
  // Three digits are nghttp2's promise, and ours to check before they become text.
  for (const char c : status_) {
    if (c < '0' || c > '9') return lose(H2Loss::kBad);
  }
  text_.assign("HTTP/1.1 ").append(status_).append(" \r\n").append(lines_).append("\r\n");
  lines_.clear();
  Limits limits = kLimits;
  limits.head_bytes = text_.size() + 1;
  const HeadResult result = parse_response_head(text_, limits, method_, scratch_);
  if (result.outcome != Outcome::kComplete) return lose(H2Loss::kBad);
  if (ended) {
    over_ = response_whole_ = true;
    scratch_.framing = Framing::kNone;
  } else if (scratch_.framing == Framing::kUntilClose) {
    scratch_.framing = Framing::kChunked;
  }
  receiver_.on_response(scratch_, ended);
}

void H2Client::lose(H2Loss why) {
  if (!std::exchange(over_, true)) receiver_.on_response_lost(why);
}

bool H2Client::reusable() const {
  return response_whole_ && request_whole_ && unsent() == 0 &&
         nghttp2_session_check_request_allowed(session_.get()) != 0;
}

void H2Client::begin_next() {
  assert(reusable());
  id_ = 0;
  request_whole_ = deferred_ = head_done_ = over_ = response_whole_ = false;
  field_bytes_ = 0;
  request_head_.clear();
  out_.clear();
  taken_ = 0;
  status_.clear();
  lines_.clear();
}

}  // namespace slipway::http
