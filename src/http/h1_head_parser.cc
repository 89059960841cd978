#include "http/h1_head_parser.h"

#include <algorithm>
#include <cstring>

#include "http/byte_class.h"
#include "http/connection_fields.h"

namespace slipway::http {

struct HeadScanAccess {
  static size_t& position(HeadScan& scan) { return scan.position_; }
  static size_t& line_start(HeadScan& scan) { return scan.line_start_; }
};

namespace {

constexpr size_t kLongestMethod = 7;  // OPTIONS, CONNECT

// Where a pass over the bytes ended: kNeedMore at the end of the input, kRefused with a reason, or
// kComplete with `next` behind what was read. A refusal depends only on bytes before it, so that a
// longer input gets the same one.
struct Pass {
  Outcome outcome = Outcome::kNeedMore;
  const char* next = nullptr;
  Refusal refusal = Refusal::kNone;
};

Pass need_more() { return {}; }
Pass refuse(Refusal refusal) { return {Outcome::kRefused, nullptr, refusal}; }
Pass go_on(const char* next) { return {Outcome::kComplete, next, Refusal::kNone}; }

// What to say about a byte that ended a run of legal ones too early.
Refusal blame(char c, Refusal otherwise) {
  if (c == '\n' || c == '\r') return Refusal::kBareCrOrLf;
  const auto byte = static_cast<uint8_t>(c);
  return byte < 0x20 || byte == 0x7F ? Refusal::kControlByte : otherwise;
}

// "\r\n" at p.
Pass read_crlf(const char* p, const char* end, Refusal otherwise) {
  if (p == end) return need_more();
  if (*p != '\r') return refuse(blame(*p, otherwise));
  if (p + 1 == end) return need_more();
  if (p[1] != '\n') return refuse(Refusal::kBareCrOrLf);
  return go_on(p + 2);
}

// "HTTP/1.1" at p; `minor` is 0 or 1.
Pass read_version(const char* p, const char* end, Refusal malformed, int& minor) {
  constexpr std::string_view kPattern = "HTTP/d.d";
  const size_t available = std::min(static_cast<size_t>(end - p), kPattern.size());
  for (size_t i = 0; i < available; ++i) {
    const bool fits = kPattern[i] == 'd' ? p[i] >= '0' && p[i] <= '9' : p[i] == kPattern[i];
    // A short version followed by its line's end is a malformed line, not a stray CR.
    if (!fits) return refuse(p[i] == '\r' ? malformed : blame(p[i], malformed));
  }
  if (available < kPattern.size()) return need_more();
  if (p[5] != '1' || (p[7] != '0' && p[7] != '1')) return refuse(Refusal::kUnsupportedVersion);
  minor = p[7] - '0';
  return go_on(p + kPattern.size());
}

bool find_method(std::string_view text, Method& method) {
  switch (text.size()) {
    case 3:
      if (text == "GET") return method = Method::kGet, true;
      if (text == "PUT") return method = Method::kPut, true;
      return false;
    case 4:
      if (text == "POST") return method = Method::kPost, true;
      if (text == "HEAD") return method = Method::kHead, true;
      return false;
    case 5:
      if (text == "PATCH") return method = Method::kPatch, true;
      if (text == "TRACE") return method = Method::kTrace, true;
      return false;
    case 6:
      return text == "DELETE" && (method = Method::kDelete, true);
    case 7:
      return text == "OPTIONS" && (method = Method::kOptions, true);
    default:
      return false;
  }
}

// Path and query of the target; for absolute-form also `authority` (RFC 9112 §3.2).
bool split_request_target(RequestHead& out, std::string_view& authority) {
  std::string_view rest = out.target;
  if (rest.front() != '/') {
    if (rest == "*") {
      out.path = rest;
      return out.method == Method::kOptions;
    }
    const size_t scheme = rest.find("://");
    if (scheme == std::string_view::npos) return false;
    if (!equals_ignoring_case(rest.substr(0, scheme), "http") &&
        !equals_ignoring_case(rest.substr(0, scheme), "https")) {
      return false;
    }
    rest.remove_prefix(scheme + 3);
    authority = rest.substr(0, rest.find_first_of("/?"));
    if (!is_host(authority)) return false;
    rest.remove_prefix(authority.size());
  }
  const size_t mark = rest.find('?');
  out.path = rest.substr(0, mark);
  if (out.path.empty()) out.path = "/";
  if (mark != std::string_view::npos) out.query = rest.substr(mark + 1);
  return true;
}

Pass read_request_line(const char* p, const char* end, const Limits& limits, RequestHead& out,
                       std::string_view& authority) {
  const char* start = p;
  while (p != end && is_token_byte(*p)) ++p;
  if (static_cast<size_t>(p - start) > kLongestMethod) return refuse(Refusal::kUnknownMethod);
  if (p == end) return need_more();
  if (*p != ' ' || p == start) {
    return refuse(*p == '\r' ? Refusal::kMalformedRequestLine
                             : blame(*p, Refusal::kMalformedRequestLine));
  }
  out.method_text = {start, static_cast<size_t>(p - start)};
  if (!find_method(out.method_text, out.method)) return refuse(Refusal::kUnknownMethod);

  start = ++p;
  while (p != end && kTargetBytes[static_cast<uint8_t>(*p)]) ++p;
  if (static_cast<size_t>(p - start) > limits.target_bytes) {
    return refuse(Refusal::kTargetTooLong);
  }
  if (p == end) return need_more();
  if (*p != ' ' || p == start) {
    // Without a version this would be HTTP/0.9.
    if (*p == '\r' || *p == ' ') return refuse(Refusal::kMalformedRequestLine);
    return refuse(blame(*p, Refusal::kMalformedTarget));
  }
  out.target = {start, static_cast<size_t>(p - start)};
  if (!split_request_target(out, authority)) return refuse(Refusal::kMalformedTarget);
  ++p;

  const Pass version = read_version(p, end, Refusal::kMalformedRequestLine, out.minor_version);
  if (version.outcome != Outcome::kComplete) return version;
  return read_crlf(version.next, end, Refusal::kMalformedRequestLine);
}

Pass read_status_line(const char* p, const char* end, ResponseHead& out) {
  const Pass version = read_version(p, end, Refusal::kMalformedStatusLine, out.minor_version);
  if (version.outcome != Outcome::kComplete) return version;
  p = version.next;
  out.status = 0;
  for (int i = 0; i < 5; ++i, ++p) {
    if (p == end) return need_more();
    const bool fits = i == 0 || i == 4 ? *p == ' ' : *p >= '0' && *p <= '9';
    if (!fits) {
      return refuse(*p == '\r' ? Refusal::kMalformedStatusLine
                               : blame(*p, Refusal::kMalformedStatusLine));
    }
    if (*p != ' ') out.status = out.status * 10 + (*p - '0');
  }
  if (out.status < 100 || out.status > 599) return refuse(Refusal::kMalformedStatusLine);
  const char* start = p;
  p = find_value_end(p, end);
  out.reason = {start, static_cast<size_t>(p - start)};
  return read_crlf(p, end, Refusal::kMalformedStatusLine);
}

// The field lines and the empty line. `repeated` gets the bits of ids that occur more than once.
Pass read_fields(const char* p, const char* end, const Limits& limits, Fields& out,
                 uint64_t& repeated) {
  const size_t most = std::min(limits.fields, kMaxFields);
  for (;;) {
    if (p == end) return need_more();
    if (*p == '\r') return read_crlf(p, end, Refusal::kBareCrOrLf);
    if (is_blank(*p)) return refuse(Refusal::kObsoleteFolding);

    const char* name = p;
    while (p != end && is_token_byte(*p)) ++p;
    if (p == end) return need_more();
    if (*p != ':') {
      return refuse(*p == '\r' ? Refusal::kMissingColon : blame(*p, Refusal::kMalformedFieldName));
    }
    if (p == name) return refuse(Refusal::kMalformedFieldName);
    Field field;
    field.name = {name, static_cast<size_t>(p - name)};
    ++p;

    while (p != end && is_blank(*p)) ++p;
    const char* value = p;
    p = find_value_end(p, end);
    const Pass line = read_crlf(p, end, Refusal::kControlByte);
    if (line.outcome != Outcome::kComplete) return line;
    const char* value_end = p;
    while (value_end != value && is_blank(value_end[-1])) --value_end;
    p = line.next;
    field.value = {value, static_cast<size_t>(value_end - value)};
    field.id = lookup_token(field.name);

    if (out.size() == most) return refuse(Refusal::kTooManyFields);
    repeated |= out.present() & header_bit(field.id);
    out.add(field);
  }
}

bool read_content_length(std::string_view text, uint64_t& length) {
  if (text.empty() || text.size() > 15) return false;
  length = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    length = length * 10 + static_cast<uint64_t>(c - '0');
  }
  return true;
}

// What Content-Length and Transfer-Encoding say (rule 3), for both kinds of heads.
struct DeclaredFraming {
  Framing framing = Framing::kNone;
  uint64_t content_length = 0;
  Refusal refusal = Refusal::kNone;
};

DeclaredFraming read_framing(const Fields& fields, uint64_t repeated, int minor_version) {
  DeclaredFraming declared;
  const bool has_length = fields.has(HeaderId::kContentLength);
  const bool has_coding = fields.has(HeaderId::kTransferEncoding);
  if (has_coding) {
    if ((repeated & header_bit(HeaderId::kTransferEncoding)) != 0) {
      declared.refusal = Refusal::kDuplicateTransferEncoding;
    } else if (minor_version == 0) {
      declared.refusal = Refusal::kTransferEncodingOnHttp10;
    } else if (has_length) {
      declared.refusal = Refusal::kTransferEncodingWithContentLength;
    } else if (!equals_ignoring_case(fields.value(HeaderId::kTransferEncoding), "chunked")) {
      declared.refusal = Refusal::kUnsupportedTransferEncoding;
    } else {
      declared.framing = Framing::kChunked;
    }
  } else if (has_length) {
    if ((repeated & header_bit(HeaderId::kContentLength)) != 0) {
      declared.refusal = Refusal::kDuplicateContentLength;
    } else if (!read_content_length(fields.value(HeaderId::kContentLength),
                                    declared.content_length)) {
      declared.refusal = Refusal::kMalformedContentLength;
    } else {
      declared.framing = Framing::kLength;
    }
  }
  return declared;
}

// "Host: a:80" and "http://a/" mean the same on their schemes; only the text is compared, since a
// client that sends both forms sends them alike.
Refusal check_host(RequestHead& out, uint64_t repeated, std::string_view authority) {
  if (!out.fields.has(HeaderId::kHost)) {
    if (out.minor_version == 1) return Refusal::kMissingHost;
    out.host = authority;
    return Refusal::kNone;
  }
  if ((repeated & header_bit(HeaderId::kHost)) != 0) return Refusal::kDuplicateHost;
  out.host = out.fields.value(HeaderId::kHost);
  if (!is_host(out.host)) return Refusal::kMalformedHost;
  if (!authority.empty() && !equals_ignoring_case(authority, out.host)) {
    return Refusal::kTargetHostMismatch;
  }
  return Refusal::kNone;
}

Refusal check_connection(const Fields& fields, int minor_version, bool& keep_alive, bool& upgrade) {
  const ConnectionTokens tokens = read_connection(fields);
  if (tokens.malformed) return Refusal::kMalformedConnection;
  if (tokens.names_protected) return Refusal::kProtectedFieldInConnection;
  keep_alive = !tokens.close && (minor_version == 1 || tokens.keep_alive);
  upgrade = tokens.upgrade;
  return Refusal::kNone;
}

// Everything that only the whole head tells.
Refusal conclude(RequestHead& out, uint64_t repeated, std::string_view authority) {
  const DeclaredFraming declared = read_framing(out.fields, repeated, out.minor_version);
  if (declared.refusal != Refusal::kNone) return declared.refusal;
  out.framing = declared.framing;
  out.content_length = declared.content_length;

  Refusal refusal = check_host(out, repeated, authority);
  if (refusal != Refusal::kNone) return refusal;
  bool asks_upgrade = false;
  refusal = check_connection(out.fields, out.minor_version, out.keep_alive, asks_upgrade);
  if (refusal != Refusal::kNone) return refusal;

  if (out.fields.has(HeaderId::kExpect) && out.minor_version == 1) {
    if ((repeated & header_bit(HeaderId::kExpect)) != 0 ||
        !equals_ignoring_case(out.fields.value(HeaderId::kExpect), "100-continue")) {
      return Refusal::kUnsupportedExpectation;
    }
    out.expect_continue = out.has_body();
  }
  if (asks_upgrade && out.fields.has(HeaderId::kUpgrade) && out.minor_version == 1) {
    if (out.has_body()) return Refusal::kUpgradeWithBody;
    out.upgrade = true;
  }
  return Refusal::kNone;
}

// RFC 9112 §6.3: which responses have a body, and how it ends.
Refusal conclude(ResponseHead& out, uint64_t repeated, Method request_method) {
  const DeclaredFraming declared = read_framing(out.fields, repeated, out.minor_version);
  if (declared.refusal != Refusal::kNone) return declared.refusal;
  out.has_content_length = declared.framing == Framing::kLength;
  out.content_length = declared.content_length;

  bool asks_upgrade = false;
  const Refusal refusal =
      check_connection(out.fields, out.minor_version, out.keep_alive, asks_upgrade);
  if (refusal != Refusal::kNone) return refusal;

  if (out.status < 200 || out.status == 204) {
    // RFC 9110 §8.6, §15.3.5: neither may declare a body. A zero length does no harm and is common.
    if (declared.framing == Framing::kChunked || declared.content_length > 0) {
      return Refusal::kBodyWhereNoneMayBe;
    }
    out.framing = Framing::kNone;
  } else if (request_method == Method::kHead || out.status == 304) {
    out.framing = Framing::kNone;
  } else if (declared.framing == Framing::kNone) {
    out.framing = Framing::kUntilClose;
    out.keep_alive = false;
  } else {
    out.framing = declared.framing;
  }
  return Refusal::kNone;
}

HeadResult refused(Refusal refusal, bool response) {
  return {Outcome::kRefused, 0, response ? 502 : status_of(refusal), refusal};
}

// False while the head in `window` cannot be complete yet: no empty line, and no line end that the
// parser will stumble over.
bool may_be_complete(std::string_view window, HeadScan& scan) {
  size_t& position = HeadScanAccess::position(scan);
  size_t& line_start = HeadScanAccess::line_start(scan);
  while (position < window.size()) {
    const void* found = std::memchr(window.data() + position, '\n', window.size() - position);
    if (found == nullptr) {
      position = window.size();
      return false;
    }
    const size_t lf = static_cast<size_t>(static_cast<const char*>(found) - window.data());
    if (lf - line_start < 2 || window[lf - 1] != '\r') return true;
    line_start = position = lf + 1;
  }
  return false;
}

// Parses at once when the head comes in one piece, as nearly all do; else waits, by way of `scan`,
// for the piece that ends it.
template <typename ParseWindow>
HeadResult parse(std::string_view buffer, const Limits& limits, HeadScan& scan, bool response,
                 const ParseWindow& parse_window) {
  const std::string_view window = buffer.substr(0, limits.head_bytes);
  const bool first_attempt = HeadScanAccess::position(scan) == 0;
  const bool full = window.size() == limits.head_bytes;
  if (!first_attempt && !may_be_complete(window, scan) && !full) return {};

  const Pass pass = parse_window(window.data(), window.data() + window.size());
  switch (pass.outcome) {
    case Outcome::kComplete:
      return {Outcome::kComplete, static_cast<size_t>(pass.next - window.data()), 0,
              Refusal::kNone};
    case Outcome::kRefused:
      return refused(pass.refusal, response);
    case Outcome::kNeedMore:
      break;
  }
  if (full) return refused(Refusal::kHeadTooLarge, response);
  if (first_attempt) may_be_complete(window, scan);
  return {};
}

}  // namespace

HeadResult parse_request_head(std::string_view buffer, const Limits& limits, HeadScan& scan,
                              RequestHead& out) {
  return parse(buffer, limits, scan, false, [&](const char* p, const char* end) {
    out.clear();
    std::string_view authority;
    const Pass line = read_request_line(p, end, limits, out, authority);
    if (line.outcome != Outcome::kComplete) return line;
    uint64_t repeated = 0;
    const Pass fields = read_fields(line.next, end, limits, out.fields, repeated);
    if (fields.outcome != Outcome::kComplete) return fields;
    const Refusal refusal = conclude(out, repeated, authority);
    return refusal == Refusal::kNone ? fields : refuse(refusal);
  });
}

HeadResult parse_response_head(std::string_view buffer, const Limits& limits, Method request_method,
                               HeadScan& scan, ResponseHead& out) {
  return parse(buffer, limits, scan, true, [&](const char* p, const char* end) {
    out.clear();
    const Pass line = read_status_line(p, end, out);
    if (line.outcome != Outcome::kComplete) return line;
    uint64_t repeated = 0;
    const Pass fields = read_fields(line.next, end, limits, out.fields, repeated);
    if (fields.outcome != Outcome::kComplete) return fields;
    const Refusal refusal = conclude(out, repeated, request_method);
    return refusal == Refusal::kNone ? fields : refuse(refusal);
  });
}

HeadResult parse_request_head(std::string_view buffer, const Limits& limits, RequestHead& out) {
  HeadScan scan;
  return parse_request_head(buffer, limits, scan, out);
}

HeadResult parse_response_head(std::string_view buffer, const Limits& limits, Method request_method,
                               ResponseHead& out) {
  HeadScan scan;
  return parse_response_head(buffer, limits, request_method, scan, out);
}

}  // namespace slipway::http
