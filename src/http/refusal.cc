#include "http/refusal.h"

#include <array>
#include <cstddef>

namespace slipway::http {
namespace {

struct Entry {
  Refusal refusal;
  int status;
  std::string_view name;
  std::string_view text;
};

constexpr std::array<Entry, static_cast<size_t>(Refusal::kCount)> kEntries = {{
    {Refusal::kNone, 0, "none", "nothing was refused"},
    {Refusal::kBareCrOrLf, 400, "bare_cr_or_lf", "a line does not end in CR LF"},
    {Refusal::kControlByte, 400, "control_byte", "the head holds a control byte"},
    {Refusal::kMalformedRequestLine, 400, "malformed_request_line",
     "the first line is not 'method target HTTP/1.1' with single spaces"},
    {Refusal::kMalformedStatusLine, 400, "malformed_status_line",
     "the first line is not 'HTTP/1.1 status reason' with single spaces"},
    {Refusal::kUnknownMethod, 501, "unknown_method", "the method is not served here"},
    {Refusal::kMalformedTarget, 400, "malformed_target",
     "the request target is neither a path, nor an http(s) URL, nor '*' for OPTIONS"},
    {Refusal::kTargetTooLong, 414, "target_too_long", "the request target is too long"},
    {Refusal::kTargetHostMismatch, 400, "target_host_mismatch",
     "the URL in the request line names another host than the Host field"},
    {Refusal::kUnsupportedVersion, 505, "unsupported_version",
     "the protocol version is neither HTTP/1.1 nor HTTP/1.0"},
    {Refusal::kObsoleteFolding, 400, "obsolete_folding",
     "a field line begins with a blank (folded lines are obsolete)"},
    {Refusal::kMalformedFieldName, 400, "malformed_field_name",
     "a field name is empty or holds a byte that no name may hold"},
    {Refusal::kMissingColon, 400, "missing_colon", "a field line has no colon"},
    {Refusal::kHeadTooLarge, 431, "head_too_large", "the head is too large"},
    {Refusal::kTooManyFields, 431, "too_many_fields", "the head has too many fields"},
    {Refusal::kMissingHost, 400, "missing_host", "the Host field is missing"},
    {Refusal::kDuplicateHost, 400, "duplicate_host", "Host is given more than once"},
    {Refusal::kMalformedHost, 400, "malformed_host", "the value of Host is not host[:port]"},
    {Refusal::kMalformedContentLength, 400, "malformed_content_length",
     "Content-Length is not a number of at most 15 digits"},
    {Refusal::kDuplicateContentLength, 400, "duplicate_content_length",
     "Content-Length is given more than once"},
    {Refusal::kDuplicateTransferEncoding, 400, "duplicate_transfer_encoding",
     "Transfer-Encoding is given more than once"},
    {Refusal::kUnsupportedTransferEncoding, 501, "unsupported_transfer_encoding",
     "Transfer-Encoding is something else than 'chunked'"},
    {Refusal::kTransferEncodingOnHttp10, 400, "transfer_encoding_on_http10",
     "HTTP/1.0 has no Transfer-Encoding"},
    {Refusal::kTransferEncodingWithContentLength, 400, "transfer_encoding_with_content_length",
     "Transfer-Encoding and Content-Length are both given"},
    {Refusal::kMalformedConnection, 400, "malformed_connection",
     "Connection is not a list of tokens"},
    {Refusal::kProtectedFieldInConnection, 400, "protected_field_in_connection",
     "Connection names a field that may not be dropped"},
    {Refusal::kUnsupportedExpectation, 417, "unsupported_expectation",
     "Expect is something else than '100-continue'"},
    {Refusal::kUpgradeWithBody, 400, "upgrade_with_body", "a request to upgrade has a body"},
    {Refusal::kBodyWhereNoneMayBe, 400, "body_where_none_may_be",
     "a response that can have no body declares one"},
    {Refusal::kMalformedChunkSize, 400, "malformed_chunk_size",
     "a chunk size is not a hexadecimal number"},
    {Refusal::kChunkSizeTooLong, 400, "chunk_size_too_long",
     "a chunk size has more than 15 digits"},
    {Refusal::kMalformedChunkExtension, 400, "malformed_chunk_extension",
     "a chunk extension is malformed"},
    {Refusal::kChunkExtensionTooLong, 400, "chunk_extension_too_long",
     "the chunk extensions are too long"},
    {Refusal::kMalformedChunkEnd, 400, "malformed_chunk_end", "a chunk is not followed by CR LF"},
    {Refusal::kMalformedTrailer, 400, "malformed_trailer", "a trailer field is malformed"},
    {Refusal::kTrailerTooLarge, 400, "trailer_too_large", "the trailer fields are too large"},
    {Refusal::kTruncatedBody, 400, "truncated_body", "the body ends before it is whole"},
}};

constexpr bool in_order() {
  for (size_t i = 0; i < kEntries.size(); ++i) {
    if (static_cast<size_t>(kEntries[i].refusal) != i || kEntries[i].text.empty()) return false;
  }
  return true;
}
static_assert(in_order(), "one entry per Refusal, in the order of the enum");

const Entry& entry(Refusal refusal) { return kEntries[static_cast<size_t>(refusal)]; }

}  // namespace

std::string_view to_string(Refusal refusal) { return entry(refusal).name; }
std::string_view describe(Refusal refusal) { return entry(refusal).text; }
int status_of(Refusal refusal) { return entry(refusal).status; }

}  // namespace slipway::http
