#pragma once
// Takes the chunked coding off a body (RFC 9112 §7.1), strictly and incrementally: any split of the
// input gives the same bytes and the same verdict. Extensions and trailers are checked, bounded and
// dropped. Owned by the connection that reads the body; no allocation, one thread.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/refusal.h"

namespace slipway::http {

class ChunkedDecoder {
 public:
  // Of one message. Extensions are counted over all chunks, so that a sender cannot make a body of
  // one-byte chunks that each drag a long extension along.
  static constexpr size_t kMaxSizeDigits = 15;
  static constexpr size_t kMaxExtensionBytes = size_t{4} * 1024;
  static constexpr size_t kMaxTrailerBytes = size_t{8} * 1024;
  static constexpr size_t kMaxTrailerFields = 32;

  enum class State : uint8_t { kNeedMore, kDone, kRefused };

  struct Step {
    size_t consumed = 0;    // bytes of `in` that are dealt with, `data` among them
    std::string_view data;  // body bytes, a part of `in`; may be empty
    State state = State::kNeedMore;
    Refusal refusal = Refusal::kNone;
  };

  // Returns at the latest after one run of body bytes: call again with the rest of `in` until it is
  // used up or the state is not kNeedMore. After kDone the bytes behind `consumed` belong to the
  // next message; after kRefused the connection must be closed.
  Step decode(std::string_view in);

  void reset() { *this = ChunkedDecoder(); }

 private:
  enum class Phase : uint8_t {
    kSizeFirst,       // at least one hex digit
    kSize,            // more digits, ';' or CR
    kExtensionName,   // after ';'
    kExtensionValue,  // after '='
    kExtensionQuoted,
    kExtensionEscape,
    kExtensionQuoteEnd,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerStart,  // first byte of a trailer line or of the last line
    kTrailerName,
    kTrailerValue,
    kTrailerLf,
    kEndLf,
    kDone,
    kRefused
  };

  Refusal step(unsigned char c);
  Refusal after_extension(unsigned char c);

  Phase phase_ = Phase::kSizeFirst;
  Refusal refusal_ = Refusal::kNone;
  uint8_t digits_ = 0;
  bool empty_token_ = true;
  uint16_t trailer_fields_ = 0;
  uint32_t extension_bytes_ = 0;
  uint32_t trailer_bytes_ = 0;
  uint64_t left_ = 0;  // bytes of the present chunk that are still to come
};

}  // namespace slipway::http
