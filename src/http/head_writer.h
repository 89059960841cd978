#pragma once
// Writes heads from values, never from bytes of a peer's head: names go out in lower case, and what
// decides framing or the connection is written here and nowhere else, so that no caller can make a
// message that two parsers read differently. Appends to a string of the caller's that keeps its
// capacity from message to message. One thread; a writer lives as long as one head.

#include <cstdint>
#include <string>
#include <string_view>

#include "http/connection_fields.h"
#include "http/head.h"

namespace slipway::http {

// Appends complete field lines "name: value\r\n". Refuses, by writing nothing and returning false:
// names that are no tokens, values with CR, LF, NUL or another control byte, and what the codec
// writes itself (kCodecHeaders, and Host in requests, Date in responses).
class FieldLines {
 public:
  enum class In : uint8_t { kRequest, kResponse };

  FieldLines(In in, std::string& out) : in_(in), out_(out) {}

  bool field(HeaderId id, std::string_view value);
  bool field(std::string_view name, std::string_view value);
  bool field(HeaderId id, uint64_t value);
  // A field that the parser has checked already; forwardable or not is the caller's question.
  bool copy(const Field& field);
  // Every forwardable field of a parsed head whose id is not in the set `except` (header_bit()s).
  void forward(const Fields& fields, uint64_t except = 0);

 private:
  bool refuses(HeaderId id) const;

  In in_;
  std::string& out_;
};

class RequestHeadWriter {
 public:
  explicit RequestHeadWriter(std::string& out) : out_(out), lines_(FieldLines::In::kRequest, out) {}

  // The request line and Host. False, with nothing written, when the target is not all of
  // 0x21-0x7E or the host is empty or has a byte that no host has.
  bool begin(Method method, std::string_view target, std::string_view host);

  bool field(HeaderId id, std::string_view value) { return lines_.field(id, value); }
  bool field(std::string_view name, std::string_view value) { return lines_.field(name, value); }
  bool field(HeaderId id, uint64_t value) { return lines_.field(id, value); }
  bool copy(const Field& parsed) { return lines_.copy(parsed); }
  void forward(const Fields& fields, uint64_t except = 0) { lines_.forward(fields, except); }

  // Framing fields and the empty line. `length` counts for kLength only; kUntilClose asserts.
  // `close` asks the server to close after its answer.
  void end(Framing framing, uint64_t length = 0, bool close = false);
  // The end of a request without a body that asks to go on in another protocol (RFC 9110 §7.8).
  void end_upgrade(std::string_view protocol);

 private:
  std::string& out_;
  FieldLines lines_;
  Method method_ = Method::kGet;
};

class ResponseHeadWriter {
 public:
  explicit ResponseHeadWriter(std::string& out)
      : out_(out), lines_(FieldLines::In::kResponse, out) {}

  // "HTTP/1.1 200 OK" and Date. `date` is an IMF-fixdate (RFC 9110 §5.6.7) that the caller keeps
  // per second; empty for none (interim responses).
  void begin(int status, std::string_view date = {});

  bool field(HeaderId id, std::string_view value) { return lines_.field(id, value); }
  bool field(std::string_view name, std::string_view value) { return lines_.field(name, value); }
  bool field(HeaderId id, uint64_t value) { return lines_.field(id, value); }
  bool copy(const Field& parsed) { return lines_.copy(parsed); }
  void forward(const Fields& fields, uint64_t except = 0) { lines_.forward(fields, except); }
  // Lines that a FieldLines made earlier, as they are.
  void lines(std::string_view made_by_field_lines) { out_.append(made_by_field_lines); }

  // Framing fields, Connection and the empty line. A reply to HEAD passes what GET would have had.
  // 1xx, 204 and 304 never get framing fields. With keep_alive false, or kUntilClose, the head says
  // `connection: close`; an HTTP/1.0 client that is kept alive is told so.
  void end(Framing framing, uint64_t length, bool keep_alive, int client_minor_version = 1);
  // The end of a 101.
  void end_upgrade(std::string_view protocol);

 private:
  std::string& out_;
  FieldLines lines_;
  int status_ = 200;
};

// Chunk framing around body bytes: prefix, the bytes, kChunkEnd; and kLastChunk after the last.
// A chunk of `size` 0 would end the body, so it writes nothing and needs no kChunkEnd.
void write_chunk_prefix(std::string& out, uint64_t size);
inline constexpr std::string_view kChunkEnd = "\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";
// All of one chunk; nothing for empty data.
void write_chunk(std::string& out, std::string_view data);

}  // namespace slipway::http
