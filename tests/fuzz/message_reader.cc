#include "message_reader.h"

namespace slipway::fuzz {

bool MessageReader::read_head(std::string_view rest) {
  Message message;
  http::HeadResult result;
  http::Framing framing;
  uint64_t length;
  if (requests_ == nullptr) {
    http::RequestHead head;
    result = http::parse_request_head(rest, http::Limits(), scan_, head);
    if (result.outcome == http::Outcome::kNeedMore) return false;
    message.method = head.method;
    message.echo = head.fields.value(kEchoField);
    message.authorized = head.fields.has(http::HeaderId::kAuthorization);
    message.keep_alive = head.keep_alive;
    framing = head.framing;
    length = head.content_length;
  } else {
    const auto& asked = requests_->messages();
    const size_t number = messages_.size();
    // What is said to no request, or to one that was not understood, is not the answer to a HEAD.
    message.method = number < asked.size() ? asked[number].method : http::Method::kGet;
    http::ResponseHead head;
    result = http::parse_response_head(rest, http::Limits(), message.method, scan_, head);
    if (result.outcome == http::Outcome::kNeedMore) return false;
    message.status = head.status;
    message.echo = head.fields.value(kEchoField);
    message.keep_alive = head.keep_alive && head.framing != http::Framing::kUntilClose;
    framing = head.framing;
    length = head.content_length;
    if (result.outcome == http::Outcome::kComplete && head.interim()) {
      at_ += result.consumed;
      scan_.reset();
      return true;
    }
  }
  if (result.outcome == http::Outcome::kRefused) {
    refused_ = true;
    return false;
  }
  at_ += result.consumed;
  scan_.reset();
  body_.start(framing, length);
  message.whole = body_.done();
  in_body_ = !message.whole;
  messages_.push_back(std::move(message));
  return true;
}

void MessageReader::read(const std::string& all) {
  size_ = all.size();
  while (!refused_ && at_ < size_) {
    const std::string_view rest = std::string_view(all).substr(at_);
    if (!in_body_) {
      if (!read_head(rest)) return;
      continue;
    }
    const http::BodyReader::Step step = body_.feed(rest);
    refused_ = step.refusal != http::Refusal::kNone;
    at_ += step.consumed;
    messages_.back().whole = step.done;
    in_body_ = !step.done;
  }
}

void MessageReader::end() {
  if (!in_body_ || body_.end_of_stream() != http::Refusal::kNone) return;
  messages_.back().whole = true;
  in_body_ = false;
}

}  // namespace slipway::fuzz
