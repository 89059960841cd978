// Chunked bodies from arbitrary bytes. Claims: bytes, verdict and end are the same however the
// input is cut; a whole body, chunked anew by our writer, is read back the same; nothing is given
// out that was not in the input.
#include <algorithm>
#include <string>
#include <string_view>

#include "http/chunked_decoder.h"
#include "http/head_writer.h"
#include "support/require.h"

namespace {

using namespace slipway::http;
using slipway::test::require;

struct Decoded {
  std::string body;
  size_t consumed = 0;
  ChunkedDecoder::State state = ChunkedDecoder::State::kNeedMore;
  Refusal refusal = Refusal::kNone;
  bool operator==(const Decoded&) const = default;
};

Decoded decode(std::string_view in, size_t piece) {
  ChunkedDecoder decoder;
  Decoded all;
  while (all.consumed < in.size() && all.state == ChunkedDecoder::State::kNeedMore) {
    std::string_view part = in.substr(all.consumed, piece);
    const ChunkedDecoder::Step step = decoder.decode(part);
    require(step.consumed <= part.size(), "no more is consumed than was given");
    require(step.consumed > 0 || step.state != ChunkedDecoder::State::kNeedMore,
            "there is progress");
    require(
        step.data.empty() || (step.data.data() >= part.data() &&
                              step.data.data() + step.data.size() <= part.data() + step.consumed),
        "data is a part of the input");
    all.body += step.data;
    all.consumed += step.consumed;
    all.state = step.state;
    all.refusal = step.refusal;
  }
  require((all.state == ChunkedDecoder::State::kRefused) == (all.refusal != Refusal::kNone),
          "a refusal has a reason");
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view in(reinterpret_cast<const char*>(data), size);
  const Decoded whole = decode(in, in.size());
  require(decode(in, 1) == whole, "byte by byte is the same");
  require(decode(in, 7) == whole, "in sevens is the same");
  if (whole.state != ChunkedDecoder::State::kDone) return 0;
  std::string wire;
  for (size_t at = 0; at < whole.body.size(); at += 5) {
    write_chunk(wire, std::string_view(whole.body).substr(at, 5));
  }
  wire += kLastChunk;
  const Decoded again = decode(wire, wire.size());
  require(again.state == ChunkedDecoder::State::kDone && again.body == whole.body,
          "what was read can be written and read again");
  return 0;
}
