#include "http/head_writer.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

#include "http/byte_class.h"
#include "http/status.h"

namespace slipway::http {
namespace {

void append_number(std::string& out, uint64_t number) {
  std::array<char, 20> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), static_cast<size_t>(end - digits.data()));
}

// One growth for the whole line: heads are made of little else.
void append_line(std::string& out, std::string_view name, std::string_view value) {
  const size_t before = out.size();
  out.resize(before + name.size() + value.size() + 4);
  char* to = out.data() + before;
  to = std::copy(name.begin(), name.end(), to);
  *to++ = ':';
  *to++ = ' ';
  to = std::copy(value.begin(), value.end(), to);
  *to++ = '\r';
  *to = '\n';
}

// The same for a name in any case.
void append_lower_line(std::string& out, std::string_view name, std::string_view value) {
  const size_t before = out.size();
  append_line(out, name, value);
  for (size_t i = before; i < before + name.size(); ++i) out[i] = ascii_lower(out[i]);
}

void append_upgrade(std::string& out, std::string_view protocol) {
  append_line(out, "connection", "upgrade");
  append_line(out, "upgrade", protocol);
  out.append("\r\n", 2);
}

}  // namespace

bool FieldLines::refuses(HeaderId id) const {
  return is_codec_header(id) || id == (in_ == In::kRequest ? HeaderId::kHost : HeaderId::kDate);
}

bool FieldLines::field(HeaderId id, std::string_view value) {
  if (id == HeaderId::kOther || id == HeaderId::kCount) return false;
  if (refuses(id) || !is_field_value(value)) return false;
  append_line(out_, header_name(id), value);
  return true;
}

bool FieldLines::field(std::string_view name, std::string_view value) {
  const HeaderId id = lookup_header(name);
  if (id != HeaderId::kOther) return field(id, value);
  if (!is_token(name) || !is_field_value(value)) return false;
  append_lower_line(out_, name, value);
  return true;
}

bool FieldLines::field(HeaderId id, uint64_t value) {
  std::array<char, 20> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return field(id, std::string_view(digits.data(), static_cast<size_t>(end - digits.data())));
}

bool FieldLines::copy(const Field& parsed) {
  if (refuses(parsed.id)) return false;
  if (parsed.id == HeaderId::kOther) {
    append_lower_line(out_, parsed.name, parsed.value);
  } else {
    append_line(out_, header_name(parsed.id), parsed.value);
  }
  return true;
}

void FieldLines::forward(const Fields& fields, uint64_t except) {
  const ConnectionFields connection(fields);
  for (const Field& parsed : fields) {
    if ((except & header_bit(parsed.id)) == 0 && connection.forwardable(parsed)) copy(parsed);
  }
}

bool RequestHeadWriter::begin(Method method, std::string_view target, std::string_view host) {
  if (target.empty() || !is_host(host)) return false;
  for (const char c : target) {
    if (!kTargetBytes[static_cast<uint8_t>(c)]) return false;
  }
  method_ = method;
  out_.append(to_string(method));
  out_.push_back(' ');
  out_.append(target);
  out_.append(" HTTP/1.1\r\nhost: ");
  out_.append(host);
  out_.append("\r\n", 2);
  return true;
}

void RequestHeadWriter::end(Framing framing, uint64_t length, bool close) {
  assert(framing != Framing::kUntilClose);
  if (framing == Framing::kChunked) {
    out_.append("transfer-encoding: chunked\r\n");
  } else if (framing == Framing::kLength) {
    out_.append("content-length: ");
    append_number(out_, length);
    out_.append("\r\n", 2);
  } else if (method_ == Method::kPost || method_ == Method::kPut || method_ == Method::kPatch) {
    // RFC 9110 §8.6: methods that usually have a body say that there is none.
    out_.append("content-length: 0\r\n");
  }
  if (close) out_.append("connection: close\r\n");
  out_.append("\r\n", 2);
}

void RequestHeadWriter::end_upgrade(std::string_view protocol) {
  assert(is_token(protocol));
  append_upgrade(out_, protocol);
}

void ResponseHeadWriter::begin(int status, std::string_view date) {
  assert(status >= 100 && status <= 599);
  status_ = status;
  out_.append("HTTP/1.1 ");
  append_number(out_, static_cast<uint64_t>(status));
  out_.push_back(' ');
  out_.append(reason_phrase(status));
  out_.append("\r\n", 2);
  if (!date.empty()) append_line(out_, "date", date);
}

void ResponseHeadWriter::end_upgrade(std::string_view protocol) {
  assert(status_ == 101 && is_token(protocol));
  append_upgrade(out_, protocol);
}

void ResponseHeadWriter::end(Framing framing, uint64_t length, bool keep_alive,
                             int client_minor_version) {
  if (!status_forbids_body(status_)) {
    switch (framing) {
      case Framing::kNone:
        out_.append("content-length: 0\r\n");
        break;
      case Framing::kLength:
        out_.append("content-length: ");
        append_number(out_, length);
        out_.append("\r\n", 2);
        break;
      case Framing::kChunked:
        // An HTTP/1.0 client cannot read it; its caller sends until close instead.
        assert(client_minor_version == 1);
        out_.append("transfer-encoding: chunked\r\n");
        break;
      case Framing::kUntilClose:
        keep_alive = false;
        break;
    }
  }
  if (status_ >= 200) {
    if (!keep_alive) {
      out_.append("connection: close\r\n");
    } else if (client_minor_version == 0) {
      out_.append("connection: keep-alive\r\n");
    }
  }
  out_.append("\r\n", 2);
}

void write_chunk_prefix(std::string& out, uint64_t size) {
  if (size == 0) return;
  std::array<char, 16> digits;
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), size, 16);
  out.append(digits.data(), static_cast<size_t>(end - digits.data()));
  out.append("\r\n", 2);
}

void write_chunk(std::string& out, std::string_view data) {
  if (data.empty()) return;
  write_chunk_prefix(out, data.size());
  out.append(data);
  out.append(kChunkEnd);
}

}  // namespace slipway::http
