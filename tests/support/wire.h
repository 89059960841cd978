#pragma once
// One end of a TCP connection that a test drives step by step, with blocking calls that give up
// after a generous deadline: the client's end (Wire::connect_to) or the upstream's
// (ScriptedUpstream).
//
// Reads and writes exactly what it is told to, so that broken peers can be played; on its own it
// understands just enough HTTP to find the end of a message. One thread at a time.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "os/fd.h"

namespace slipway::test {

// No test waits longer than this for anything.
inline constexpr std::chrono::seconds kPatience{20};

// A message as it came. Field names are in lower case, repeated ones joined by ", "; the body is
// without chunk framing.
struct Message {
  std::string start_line;
  std::map<std::string, std::string> fields;
  std::string body;
  std::string raw_head;
  bool chunked = false;

  int status() const;  // of a reply
  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
  }
  bool has(const std::string& name) const { return fields.contains(name); }
};

class Wire {
 public:
  Wire() = default;
  explicit Wire(os::UniqueFd fd);
  static Wire connect_to(uint16_t port);

  void send(std::string_view bytes);
  // The next whole message; a reply without framing ends with the connection. Nothing when the
  // connection ends (or the deadline passes) before the message does. `no_body`: a reply to HEAD.
  std::optional<Message> read_message(bool no_body = false);
  // Up to and including the empty line.
  std::optional<Message> read_head();
  // Exactly `count` bytes, or what came before the end.
  std::string read_exactly(size_t count);
  // Everything until `needle` has come, with it; "" when it never does.
  std::string read_until(std::string_view needle);
  // Whatever arrives next, at most 64 KiB; "" at the end.
  std::string read_some();
  // True when the peer ends the connection (in good order or not) and sends nothing before.
  bool ended_by_peer();
  // True when nothing is there to be read and the connection is open, now.
  bool silent();

  void close();
  // Ends with a TCP reset instead of a FIN.
  void reset();
  bool open() const { return static_cast<bool>(fd_); }

 private:
  bool fill();

  os::UniqueFd fd_;
  std::string buffer_;
};

// A request with the usual fields.
std::string post(std::string_view path, std::string_view body, std::string_view more_fields = "");
std::string get(std::string_view path, std::string_view more_fields = "");
// "HTTP/1.1 200 OK" with a content-length.
std::string reply(std::string_view body, std::string_view more_fields = "",
                  std::string_view status_line = "HTTP/1.1 200 OK");

// Calls `condition` until it holds; false after kPatience.
template <typename Condition>
bool eventually(Condition condition);

void nap();  // one short turn of waiting inside eventually()

template <typename Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    nap();
  }
  return true;
}

}  // namespace slipway::test
