#pragma once
// One reader for every framing: a loop feeds it what the peer sent after the head and gets body
// bytes back until the body is whole. Owned by the connection, restarted per message; no
// allocation, one thread.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/chunked_decoder.h"
#include "http/head.h"
#include "http/refusal.h"

namespace slipway::http {

class BodyReader {
 public:
  struct Step {
    size_t consumed = 0;    // bytes of `in` dealt with; what follows is not of this body when done
    std::string_view data;  // body bytes, a part of `in`
    bool done = false;      // the body is whole
    Refusal refusal = Refusal::kNone;  // not kNone: close the connection
  };

  // For a message whose head said so. A body of no bytes is done() at once.
  void start(Framing framing, uint64_t content_length);

  // Call again with the rest until `in` is used up, or done, or refused. Never consumes a byte
  // after the body's end.
  Step feed(std::string_view in);

  // The peer will send no more: kNone when that ends the body properly (until-close, or it was
  // done), else kTruncatedBody.
  Refusal end_of_stream();

  bool done() const { return done_; }
  // Body bytes still to come, when that is known (kLength); else 0.
  uint64_t remaining() const { return framing_ == Framing::kLength ? remaining_ : 0; }
  // Body bytes given out so far.
  uint64_t received() const { return received_; }

 private:
  Framing framing_ = Framing::kNone;
  bool done_ = true;
  uint64_t remaining_ = 0;
  uint64_t received_ = 0;
  ChunkedDecoder chunked_;
};

}  // namespace slipway::http
