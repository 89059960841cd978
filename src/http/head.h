#pragma once
// A request or response head as values, after the codec has checked it. Every view points into the
// buffer that was parsed (or at static text) and dies with it. Owned by whoever parses, reused from
// message to message: no head ever allocates. One thread at a time.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/header_table.h"

namespace slipway::http {

inline constexpr size_t kMaxFields = 100;

struct Field {
  HeaderId id = HeaderId::kOther;
  std::string_view name;   // as received, any case
  std::string_view value;  // without surrounding blanks
};

// The field lines of a head in the order received.
class Fields {
 public:
  // False when full; the field is not added then.
  bool add(const Field& field) {
    if (size_ == kMaxFields) return false;
    fields_[size_++] = field;
    present_ |= header_bit(field.id);
    return true;
  }
  void clear() {
    size_ = 0;
    present_ = 0;
  }

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Field& operator[](size_t i) const { return fields_[i]; }
  const Field* begin() const { return fields_.data(); }
  const Field* end() const { return fields_.data() + size_; }

  bool has(HeaderId id) const { return (present_ & header_bit(id)) != 0; }
  // Bits of header_bit() of every id that occurs.
  uint64_t present() const { return present_; }
  // The first field of that id or name (any case); null when there is none. Not for kOther.
  const Field* find(HeaderId id) const;
  const Field* find(std::string_view name) const;
  // The value of the first such field, or "".
  std::string_view value(HeaderId id) const;
  std::string_view value(std::string_view name) const;
  size_t count(HeaderId id) const;

 private:
  size_t size_ = 0;
  uint64_t present_ = 0;
  std::array<Field, kMaxFields> fields_;
};

// The methods served; a head with any other is refused with 501 (as is CONNECT).
enum class Method : uint8_t { kGet, kHead, kPost, kPut, kDelete, kPatch, kOptions, kTrace };
std::string_view to_string(Method method);
// RFC 9110 §9.2.2: sending it twice means the same as sending it once.
inline constexpr bool is_idempotent(Method method) {
  return method != Method::kPost && method != Method::kPatch;
}

// How the end of a body is known. kUntilClose occurs in responses only.
enum class Framing : uint8_t { kNone, kLength, kChunked, kUntilClose };
std::string_view to_string(Framing framing);

struct RequestHead {
  Method method = Method::kGet;
  std::string_view method_text;
  std::string_view target;  // as received
  std::string_view path;    // still percent-encoded; "/" or "*" when the target has none
  std::string_view query;   // without '?'; empty when there is none
  int minor_version = 1;    // 0 or 1
  Fields fields;
  Framing framing = Framing::kNone;
  uint64_t content_length = 0;   // of kLength; bytes
  bool keep_alive = true;        // the client wants to go on after this exchange
  bool expect_continue = false;  // the client waits for 100 before it sends the body
  bool upgrade = false;          // Upgrade and `Connection: upgrade` are both there
  std::string_view host;         // value of Host; "" only on HTTP/1.0

  bool has_body() const {
    return framing == Framing::kChunked || (framing == Framing::kLength && content_length > 0);
  }
  void clear();
};

struct ResponseHead {
  int status = 0;
  std::string_view reason;
  int minor_version = 1;
  Fields fields;
  Framing framing = Framing::kNone;
  uint64_t content_length = 0;      // as declared: for HEAD and 304 with no body behind it
  bool has_content_length = false;  // the field was there
  bool keep_alive = true;           // the peer leaves the connection open after the body

  // 1xx: another head of the same response follows (except after 101).
  bool interim() const { return status < 200; }
  void clear();
};

}  // namespace slipway::http
