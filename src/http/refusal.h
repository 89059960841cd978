#pragma once
// Why the codec refused a message: one value per reason, each with a stable snake_case name for
// counters, a line for people, and the status that a server answers with. No state, any thread.

#include <cstdint>
#include <string_view>

namespace slipway::http {

enum class Refusal : uint8_t {
  kNone,
  // heads
  kBareCrOrLf,
  kControlByte,
  kMalformedRequestLine,
  kMalformedStatusLine,
  kUnknownMethod,
  kMalformedTarget,
  kTargetTooLong,
  kTargetHostMismatch,
  kUnsupportedVersion,
  kObsoleteFolding,
  kMalformedFieldName,
  kMissingColon,
  kHeadTooLarge,
  kTooManyFields,
  kMissingHost,
  kDuplicateHost,
  kMalformedHost,
  kMalformedContentLength,
  kDuplicateContentLength,
  kDuplicateTransferEncoding,
  kUnsupportedTransferEncoding,
  kTransferEncodingOnHttp10,
  kTransferEncodingWithContentLength,
  kMalformedConnection,
  kProtectedFieldInConnection,
  kUnsupportedExpectation,
  kUpgradeWithBody,
  kBodyWhereNoneMayBe,
  // bodies
  kMalformedChunkSize,
  kChunkSizeTooLong,
  kMalformedChunkExtension,
  kChunkExtensionTooLong,
  kMalformedChunkEnd,
  kMalformedTrailer,
  kTrailerTooLarge,
  kTruncatedBody,
  kCount
};

// "duplicate_content_length"
std::string_view to_string(Refusal refusal);
// "Content-Length is given more than once"
std::string_view describe(Refusal refusal);
// 400, 414, 417, 431, 501 or 505: what a server answers before it closes. A broken *response* is
// always 502 towards the client, whatever this says.
int status_of(Refusal refusal);

}  // namespace slipway::http
