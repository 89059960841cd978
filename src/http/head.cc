#include "http/head.h"

namespace slipway::http {

const Field* Fields::find(HeaderId id) const {
  if (!has(id) || id == HeaderId::kOther) return nullptr;
  for (const Field& field : *this) {
    if (field.id == id) return &field;
  }
  return nullptr;
}

const Field* Fields::find(std::string_view name) const {
  if (const HeaderId id = lookup_header(name); id != HeaderId::kOther) return find(id);
  for (const Field& field : *this) {
    if (field.id == HeaderId::kOther && equals_ignoring_case(field.name, name)) return &field;
  }
  return nullptr;
}

std::string_view Fields::value(HeaderId id) const {
  const Field* field = find(id);
  return field == nullptr ? std::string_view() : field->value;
}

std::string_view Fields::value(std::string_view name) const {
  const Field* field = find(name);
  return field == nullptr ? std::string_view() : field->value;
}

size_t Fields::count(HeaderId id) const {
  if (!has(id)) return 0;
  size_t count = 0;
  for (const Field& field : *this) count += field.id == id ? 1 : 0;
  return count;
}

std::string_view to_string(Method method) {
  switch (method) {
    case Method::kGet:
      return "GET";
    case Method::kHead:
      return "HEAD";
    case Method::kPost:
      return "POST";
    case Method::kPut:
      return "PUT";
    case Method::kDelete:
      return "DELETE";
    case Method::kPatch:
      return "PATCH";
    case Method::kOptions:
      return "OPTIONS";
    case Method::kTrace:
      return "TRACE";
  }
  return "";
}

std::string_view to_string(Framing framing) {
  switch (framing) {
    case Framing::kNone:
      return "none";
    case Framing::kLength:
      return "length";
    case Framing::kChunked:
      return "chunked";
    case Framing::kUntilClose:
      return "until_close";
  }
  return "";
}

void RequestHead::clear() {
  method = Method::kGet;
  method_text = target = path = query = host = {};
  minor_version = 1;
  fields.clear();
  framing = Framing::kNone;
  content_length = 0;
  keep_alive = true;
  expect_continue = false;
  upgrade = false;
}

void ResponseHead::clear() {
  status = 0;
  reason = {};
  minor_version = 1;
  fields.clear();
  framing = Framing::kNone;
  content_length = 0;
  has_content_length = false;
  keep_alive = true;
}

}  // namespace slipway::http
