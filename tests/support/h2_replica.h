#pragma once
// A replica of HTTP/2 over memory: our own session, what it was asked, and what it says to that
// when the test says so. Whoever has a connection passes bytes both ways.

#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "http/h2_session.h"

namespace slipway::test {

class H2Replica : public http::H2Receiver {
 public:
  virtual ~H2Replica() = default;

  struct Call : http::H2Stream {
    std::string head;
    std::string body;
    bool ended = false;
    std::optional<http::H2Error> closed;
  };

  void hear(std::string_view bytes) { session.feed(bytes, Monotonic{}); }
  // What it wants to send.
  std::string say() {
    std::string out;
    session.take(out, 1 << 20);
    return out;
  }
  // Answers the last call, in what say() returns next.
  void respond(std::string_view body, std::string_view trailers) {
    Call& call = calls.back();
    session.respond(call, 200, "", "content-type: application/grpc\r\nx-initial: 1\r\n", -1, false);
    session.write(call, body);
    session.finish(call, trailers);
  }

  std::deque<Call> calls;
  http::RequestHead scratch;
  http::H2Session session{{}, {}, *this, scratch};

 private:
  http::H2Stream& open_stream() override { return calls.emplace_back(); }
  void on_request(http::H2Stream& stream, const http::RequestHead& head, bool whole) override {
    std::string& text = of(stream).head;
    text.append(head.method_text).append(" ").append(head.target).append("\n");
    for (const http::Field& field : head.fields) {
      text.append(field.name).append("=").append(field.value).append("\n");
    }
    of(stream).ended = whole;
  }
  void on_refused(http::H2Stream&, http::Refusal refusal) override {
    ADD_FAILURE() << describe(refusal);
  }
  void on_data(http::H2Stream& stream, std::string_view bytes) override {
    of(stream).body += bytes;
  }
  void on_stream_end(http::H2Stream& stream) override { of(stream).ended = true; }
  void on_sent(http::H2Stream&) override {}
  void on_stream_closed(http::H2Stream& stream, http::H2Error error) override {
    of(stream).closed = error;
  }
  void on_goodbye_heard() override {}
  static Call& of(http::H2Stream& stream) { return static_cast<Call&>(stream); }
};

}  // namespace slipway::test
