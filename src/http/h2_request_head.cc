#include "http/h2_request_head.h"

#include "http/byte_class.h"

namespace slipway::http {
namespace {

// RFC 9113 §6.5.2: what a field counts beside its bytes.
constexpr size_t kFieldOverhead = 32;
// A head of references to the compression table costs its sender a byte a field. So many times the
// limit is read to the end, to answer 431; what is larger ends the connection.
constexpr size_t kHarm = 8;

bool is_target(std::string_view text) {
  if (text.empty() || (text.front() != '/' && text != "*")) return false;
  for (const char c : text) {
    if (!kTargetBytes[static_cast<uint8_t>(c)]) return false;
  }
  return true;
}

}  // namespace

void H2RequestHead::begin() {
  refusal_ = Refusal::kNone;
  text_begun_ = false;
  size_ = fields_ = 0;
  method_.clear();
  path_.clear();
  authority_.clear();
  cookie_.clear();
  text_.clear();
}

bool H2RequestHead::add(std::string_view name, std::string_view value) {
  size_ += name.size() + value.size() + kFieldOverhead;
  if (size_ > limits_.head_bytes) {
    refusal_ = Refusal::kHeadTooLarge;
    return size_ <= limits_.head_bytes * kHarm;
  }
  if (refusal_ != Refusal::kNone) return true;
  if (!name.empty() && name.front() == ':') {
    if (name == ":method") {
      method_ = value;
    } else if (name == ":path") {
      path_ = value;
    } else if (name == ":authority") {
      authority_ = value;
    }
    return true;
  }
  if (++fields_ > limits_.fields) {
    refusal_ = Refusal::kTooManyFields;
    return true;
  }
  // What follows becomes text: nothing may pass that would end a line.
  if (!is_token(name)) {
    refusal_ = Refusal::kMalformedFieldName;
    return true;
  }
  if (!is_field_value(value)) {
    refusal_ = Refusal::kControlByte;
    return true;
  }
  if (name == "cookie") {
    // RFC 9113 §8.2.3: crumbs of one field.
    if (!cookie_.empty()) cookie_ += "; ";
    cookie_ += value;
    --fields_;
    return true;
  }
  if (name == "host" && !authority_.empty()) {
    // Both are allowed, but they must agree.
    if (!equals_ignoring_case(value, authority_)) refusal_ = Refusal::kTargetHostMismatch;
    return true;
  }
  begin_text();
  text_.append(name).append(": ").append(value).append("\r\n");
  return true;
}

void H2RequestHead::begin_text() {
  if (text_begun_) return;
  text_begun_ = true;
  text_.append(method_).append(" ").append(path_).append(" HTTP/1.1\r\n");
  if (!authority_.empty()) text_.append("host: ").append(authority_).append("\r\n");
}

Refusal H2RequestHead::conclude(bool ended, RequestHead& out) {
  if (refusal_ != Refusal::kNone) return refusal_;
  if (path_.size() > limits_.target_bytes) return Refusal::kTargetTooLong;
  if (!is_token(method_) || method_ == "CONNECT") return Refusal::kUnknownMethod;
  if (!is_target(path_)) return Refusal::kMalformedTarget;
  if (!authority_.empty() && !is_host(authority_)) return Refusal::kMalformedHost;
  begin_text();
  if (!cookie_.empty()) text_.append("cookie: ").append(cookie_).append("\r\n");
  text_.append("\r\n");
  // Room for what HTTP/1 writes and HTTP/2 does not; the sizes have been judged above.
  Limits limits = limits_;
  limits.head_bytes = text_.size() + 1;
  limits.fields = kMaxFields;
  const HeadResult result = parse_request_head(text_, limits, out);
  if (result.outcome != Outcome::kComplete) {
    return result.outcome == Outcome::kRefused ? result.refusal : Refusal::kMalformedRequestLine;
  }
  if (!ended && out.framing == Framing::kNone) {
    out.framing = Framing::kChunked;
    out.expect_continue = out.fields.has(HeaderId::kExpect);
  }
  return Refusal::kNone;
}

}  // namespace slipway::http
