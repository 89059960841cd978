#include "gateway/own_reply.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/grpc_status.h"
#include "http/status.h"

namespace slipway::gateway {
namespace {

void append_number(std::string& out, int value) {
  std::array<char, 12> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

}  // namespace

namespace {

// Most texts have nothing else.
constexpr auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };

}  // namespace

void append_json_text(std::string& out, std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  const size_t plain =
      static_cast<size_t>(std::find_if_not(text.begin(), text.end(), is_plain) - text.begin());
  out.append(text.substr(0, plain));
  for (const char c : text.substr(plain)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += byte < 0x80 ? c : '?';
    }
  }
  out += '"';
}

void append_seldon_failure(std::string& out, int code, std::string_view info,
                           std::string_view reason) {
  out += "{\"status\":{\"code\":";
  append_number(out, code);
  out += ",\"info\":";
  append_json_text(out, info);
  out += ",\"reason\":";
  append_json_text(out, reason);
  out += ",\"status\":\"FAILURE\"}}";
}

void append_problem(std::string& out, int status, std::string_view detail) {
  out += "{\"type\":\"about:blank\",\"title\":";
  append_json_text(out, http::reason_phrase(status));
  out += ",\"status\":";
  append_number(out, status);
  out += ",\"detail\":";
  append_json_text(out, detail);
  out += '}';
}

void append_grpc_status(std::string& lines, int http_status, std::string_view message) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  lines += "content-type: application/grpc\r\ngrpc-status: ";
  append_number(lines, grpc_status_of(http_status));
  lines += "\r\ngrpc-message: ";
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e && c != '%') {
      lines += c;
      continue;
    }
    lines += '%';
    lines += kHex[byte >> 4];
    lines += kHex[byte & 15];
  }
  lines += "\r\n";
}

}  // namespace slipway::gateway
