#include "http/chunked_decoder.h"

#include <algorithm>

#include "http/byte_class.h"

namespace slipway::http {
namespace {

int hex_value(unsigned char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// RFC 9110 §5.6.4, without obs-text.
bool is_quoted_text(unsigned char c) { return c == '\t' || (c >= 0x20 && c < 0x7F); }

}  // namespace

// ';', or the CR that ends the size line.
Refusal ChunkedDecoder::after_extension(unsigned char c) {
  if (c == ';') {
    phase_ = Phase::kExtensionName;
    empty_token_ = true;
    return Refusal::kNone;
  }
  if (c != '\r') return Refusal::kMalformedChunkExtension;
  phase_ = Phase::kSizeLf;
  return Refusal::kNone;
}

// One byte of anything but chunk data.
Refusal ChunkedDecoder::step(unsigned char c) {
  if (phase_ >= Phase::kExtensionName && phase_ <= Phase::kExtensionQuoteEnd &&
      ++extension_bytes_ > kMaxExtensionBytes) {
    return Refusal::kChunkExtensionTooLong;
  }
  if (phase_ >= Phase::kTrailerStart && phase_ <= Phase::kTrailerLf &&
      ++trailer_bytes_ > kMaxTrailerBytes) {
    return Refusal::kTrailerTooLarge;
  }
  switch (phase_) {
    case Phase::kSizeFirst:
    case Phase::kSize: {
      const int digit = hex_value(c);
      if (digit >= 0) {
        if (++digits_ > kMaxSizeDigits) return Refusal::kChunkSizeTooLong;
        left_ = left_ * 16 + static_cast<uint64_t>(digit);
        phase_ = Phase::kSize;
        return Refusal::kNone;
      }
      if (phase_ == Phase::kSizeFirst) return Refusal::kMalformedChunkSize;
      return after_extension(c) == Refusal::kNone ? Refusal::kNone : Refusal::kMalformedChunkSize;
    }
    case Phase::kExtensionName:
      if (is_token_byte(static_cast<char>(c))) {
        empty_token_ = false;
        return Refusal::kNone;
      }
      if (empty_token_) return Refusal::kMalformedChunkExtension;
      if (c != '=') return after_extension(c);
      phase_ = Phase::kExtensionValue;
      empty_token_ = true;
      return Refusal::kNone;
    case Phase::kExtensionValue:
      if (is_token_byte(static_cast<char>(c))) {
        empty_token_ = false;
        return Refusal::kNone;
      }
      if (!empty_token_) return after_extension(c);
      if (c != '"') return Refusal::kMalformedChunkExtension;
      phase_ = Phase::kExtensionQuoted;
      return Refusal::kNone;
    case Phase::kExtensionQuoted:
      if (c == '"') {
        phase_ = Phase::kExtensionQuoteEnd;
      } else if (c == '\\') {
        phase_ = Phase::kExtensionEscape;
      } else if (!is_quoted_text(c)) {
        return Refusal::kMalformedChunkExtension;
      }
      return Refusal::kNone;
    case Phase::kExtensionEscape:
      if (!is_quoted_text(c)) return Refusal::kMalformedChunkExtension;
      phase_ = Phase::kExtensionQuoted;
      return Refusal::kNone;
    case Phase::kExtensionQuoteEnd:
      return after_extension(c);
    case Phase::kSizeLf:
      if (c != '\n') return Refusal::kMalformedChunkSize;
      digits_ = 0;
      phase_ = left_ == 0 ? Phase::kTrailerStart : Phase::kData;
      return Refusal::kNone;
    case Phase::kDataCr:
      if (c != '\r') return Refusal::kMalformedChunkEnd;
      phase_ = Phase::kDataLf;
      return Refusal::kNone;
    case Phase::kDataLf:
      if (c != '\n') return Refusal::kMalformedChunkEnd;
      phase_ = Phase::kSizeFirst;
      return Refusal::kNone;
    case Phase::kTrailerStart:
      if (c == '\r') {
        phase_ = Phase::kEndLf;
        return Refusal::kNone;
      }
      if (!is_token_byte(static_cast<char>(c))) return Refusal::kMalformedTrailer;
      if (++trailer_fields_ > kMaxTrailerFields) return Refusal::kTrailerTooLarge;
      phase_ = Phase::kTrailerName;
      return Refusal::kNone;
    case Phase::kTrailerName:
      if (c == ':') {
        phase_ = Phase::kTrailerValue;
      } else if (!is_token_byte(static_cast<char>(c))) {
        return Refusal::kMalformedTrailer;
      }
      return Refusal::kNone;
    case Phase::kTrailerValue:
      if (c == '\r') {
        phase_ = Phase::kTrailerLf;
      } else if (!is_value_byte(static_cast<char>(c))) {
        return Refusal::kMalformedTrailer;
      }
      return Refusal::kNone;
    case Phase::kTrailerLf:
      if (c != '\n') return Refusal::kMalformedTrailer;
      phase_ = Phase::kTrailerStart;
      return Refusal::kNone;
    case Phase::kEndLf:
      if (c != '\n') return Refusal::kMalformedTrailer;
      phase_ = Phase::kDone;
      return Refusal::kNone;
    case Phase::kData:
    case Phase::kDone:
    case Phase::kRefused:
      break;
  }
  return refusal_;
}

ChunkedDecoder::Step ChunkedDecoder::decode(std::string_view in) {
  Step result;
  while (phase_ != Phase::kDone && phase_ != Phase::kRefused && result.consumed < in.size()) {
    if (phase_ == Phase::kData) {
      // One run a call; what stands between it and the next run is swallowed with it.
      if (!result.data.empty()) break;
      const uint64_t available = in.size() - result.consumed;
      const auto run = static_cast<size_t>(std::min(left_, available));
      result.data = in.substr(result.consumed, run);
      result.consumed += run;
      left_ -= run;
      if (left_ == 0) phase_ = Phase::kDataCr;
      continue;
    }
    refusal_ = step(static_cast<unsigned char>(in[result.consumed++]));
    if (refusal_ != Refusal::kNone) phase_ = Phase::kRefused;
  }
  result.refusal = refusal_;
  result.state = phase_ == Phase::kDone      ? State::kDone
                 : phase_ == Phase::kRefused ? State::kRefused
                                             : State::kNeedMore;
  return result;
}

}  // namespace slipway::http
