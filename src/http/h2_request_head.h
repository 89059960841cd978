#pragma once
// The head of an HTTP/2 request, field by field, judged by the rules of HTTP/1: what came is
// written down as an HTTP/1 head and read by the strict parser, so that no request is understood in
// two ways (gateway rule 10). Owned by a session, used for one head at a time; keeps its room.
//
// nghttp2 has refused already what RFC 9113 §8 calls malformed: pseudo-fields that are missing,
// unknown, repeated or late, upper case in names, fields of a connection.

#include <cstddef>
#include <string>
#include <string_view>

#include "http/h1_head_parser.h"
#include "http/head.h"
#include "http/refusal.h"

namespace slipway::http {

class H2RequestHead {
 public:
  explicit H2RequestHead(const Limits& limits) : limits_(limits) {}

  void begin();
  // Pseudo-fields come before the others. False: this head is so much over every limit that its
  // sender means harm.
  bool add(std::string_view name, std::string_view value);
  // Of all that came: kNone, and then `out` holds views of this object until begin(). `ended`: no
  // body follows.
  Refusal conclude(bool ended, RequestHead& out);

 private:
  void begin_text();

  const Limits limits_;
  Refusal refusal_ = Refusal::kNone;
  bool text_begun_ = false;
  size_t size_ = 0;
  size_t fields_ = 0;
  std::string method_;
  std::string path_;
  std::string authority_;
  std::string cookie_;
  std::string text_;
};

}  // namespace slipway::http
