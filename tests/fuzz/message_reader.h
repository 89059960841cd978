#pragma once
// Takes the messages out of one direction of a connection of HTTP/1, as strictly as we read
// ourselves, so that a fuzz target can tell what each side saw.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "http/body_reader.h"
#include "http/h1_head_parser.h"
#include "http/head.h"

namespace slipway::fuzz {

// A field that names the request; peers give it back in the reply.
inline constexpr std::string_view kEchoField = "x-echo";

struct Message {
  http::Method method = http::Method::kGet;
  int status = 0;  // of a reply
  std::string echo;
  bool authorized = false;  // a request that carries credentials
  bool keep_alive = false;
  bool whole = false;
};

class MessageReader {
 public:
  // Of requests; of the replies to `requests`.
  MessageReader() = default;
  explicit MessageReader(const MessageReader& requests) : requests_(&requests) {}

  // `all` is what has come so far, with what was fed before in front.
  void read(const std::string& all);
  // The peer has closed: that ends a reply which says nothing of its length.
  void end();

  const std::vector<Message>& messages() const { return messages_; }
  // It broke the rules, or is a reply to nothing.
  bool refused() const { return refused_; }
  // Between messages: all that came has been understood.
  bool at_rest() const { return !in_body_ && at_ == size_; }

 private:
  // True when a head was read.
  bool read_head(std::string_view rest);

  const MessageReader* requests_ = nullptr;
  std::vector<Message> messages_;
  bool in_body_ = false;
  bool refused_ = false;
  size_t at_ = 0;
  size_t size_ = 0;
  http::HeadScan scan_;
  http::BodyReader body_;
};

}  // namespace slipway::fuzz
