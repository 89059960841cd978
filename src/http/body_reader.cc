#include "http/body_reader.h"

#include <algorithm>

namespace slipway::http {

void BodyReader::start(Framing framing, uint64_t content_length) {
  framing_ = framing;
  remaining_ = framing == Framing::kLength ? content_length : 0;
  received_ = 0;
  done_ = framing == Framing::kNone || (framing == Framing::kLength && content_length == 0);
  if (framing == Framing::kChunked) chunked_.reset();
}

BodyReader::Step BodyReader::feed(std::string_view in) {
  Step step;
  if (done_) {
    step.done = true;
    return step;
  }
  switch (framing_) {
    case Framing::kNone:
      break;
    case Framing::kLength: {
      const auto run = static_cast<size_t>(std::min<uint64_t>(remaining_, in.size()));
      step.data = in.substr(0, run);
      step.consumed = run;
      remaining_ -= run;
      done_ = remaining_ == 0;
      break;
    }
    case Framing::kChunked: {
      const ChunkedDecoder::Step decoded = chunked_.decode(in);
      step.consumed = decoded.consumed;
      step.data = decoded.data;
      step.refusal = decoded.refusal;
      done_ = decoded.state == ChunkedDecoder::State::kDone;
      break;
    }
    case Framing::kUntilClose:
      step.data = in;
      step.consumed = in.size();
      break;
  }
  received_ += step.data.size();
  step.done = done_;
  return step;
}

Refusal BodyReader::end_of_stream() {
  if (framing_ == Framing::kUntilClose) done_ = true;
  return done_ ? Refusal::kNone : Refusal::kTruncatedBody;
}

}  // namespace slipway::http
