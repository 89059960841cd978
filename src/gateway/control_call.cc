#include "gateway/control_call.h"

#include <fmt/format.h>

#include <cerrno>
#include <memory>
#include <utility>

namespace slipway::gateway {

ControlCall::ControlCall(os::Reactor& reactor, const os::Address& address, std::string request,
                         std::chrono::milliseconds timeout, size_t max_body_bytes, Done done)
    : reactor_(reactor),
      request_(std::move(request)),
      max_body_bytes_(max_body_bytes),
      done_(std::move(done)),
      timer_(
          [](void* self) {
            auto& call = *static_cast<ControlCall*>(self);
            if (call.stream_ != nullptr) {
              call.finish(fail(ErrorCode::kDeadline, "control did not answer in time"));
            } else {
              call.finish(fail(errno_error("no socket for a connection to control", EMFILE)));
            }
          },
          this) {
  stream_ = reactor_.connect(address, *this);
  // Without a stream the timer reports, since done() may not be called from in here.
  reactor_.arm(timer_, stream_ != nullptr ? timeout : std::chrono::milliseconds(1));
}

ControlCall::~ControlCall() {
  if (stream_ != nullptr) stream_->close();
}

void ControlCall::on_connected() { stream_->write(request_); }

void ControlCall::on_bytes(std::string_view bytes) {
  if (head_done_) return read_body(bytes);
  head_bytes_.append(bytes);
  auto head = std::make_unique<http::ResponseHead>();
  const http::HeadResult result =
      http::parse_response_head(head_bytes_, {}, http::Method::kGet, scan_, *head);
  if (result.outcome == http::Outcome::kNeedMore) return;
  if (result.outcome == http::Outcome::kRefused || head->interim()) {
    return finish(fail(ErrorCode::kInvalid, fmt::format("control's answer is not HTTP as it must "
                                                        "be: {}",
                                                        http::describe(result.refusal))));
  }
  head_done_ = true;
  reply_.status = head->status;
  reply_.content_type = head->fields.value(http::HeaderId::kContentType);
  body_.start(head->framing, head->content_length);
  read_body(std::string_view(head_bytes_).substr(result.consumed));
}

void ControlCall::read_body(std::string_view bytes) {
  bool done = body_.done();
  while (!done && !bytes.empty()) {
    const http::BodyReader::Step step = body_.feed(bytes);
    if (step.refusal != http::Refusal::kNone) {
      return finish(fail(ErrorCode::kInvalid, std::string(http::describe(step.refusal))));
    }
    bytes.remove_prefix(step.consumed);
    done = step.done;
    if (reply_.body.size() + step.data.size() > max_body_bytes_) {
      return finish(fail(ErrorCode::kTooLarge,
                         fmt::format("control's answer is over {} bytes", max_body_bytes_)));
    }
    reply_.body.append(step.data);
  }
  if (done) finish(std::move(reply_));
}

void ControlCall::on_end() {
  if (head_done_ && body_.end_of_stream() == http::Refusal::kNone) {
    finish(std::move(reply_));
  } else {
    finish(fail(ErrorCode::kUnavailable, "control closed the connection before it had answered"));
  }
}

void ControlCall::on_closed(int error) {
  stream_ = nullptr;
  finish(fail(errno_error("control cannot be reached", error)));
}

void ControlCall::finish(Result<ControlReply> result) {
  reactor_.disarm(timer_);
  if (stream_ != nullptr) std::exchange(stream_, nullptr)->close();
  // The callee may destroy this object, and done_ with it.
  const Done done = std::move(done_);
  done(std::move(result));
}

}  // namespace slipway::gateway
