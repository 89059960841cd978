// A client of HTTP/2 that says anything. Claims: what is told of each stream is the same however
// the bytes are cut; a head that is told reads as itself when our writer has made HTTP/1 of it;
// streams are told in order (opened, head, data, end, closed) and each is closed once; an answer
// can always be given. An input without the preface gets one.
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "http/h1_head_parser.h"
#include "http/h2_session.h"
#include "http/head_writer.h"
#include "support/require.h"

namespace {

using namespace slipway;
using namespace slipway::http;
using slipway::test::require;

struct FuzzedStream : H2Stream {
  std::string told;
  bool answered = false;
  bool closed = false;
};

class Server final : public H2Receiver {
 public:
  explicit Server(size_t piece) : piece_(piece) {}

  // What was told, stream by stream.
  std::string serve(std::string_view in) {
    const Limits head{.head_bytes = 2048};
    const H2Limits limits{.streams = 16, .stream_window = 70'000, .connection_window = 200'000};
    session_ = std::make_unique<H2Session>(head, limits, *this, scratch_);
    const Monotonic now{std::chrono::hours(1)};
    while (!in.empty() && session_->feed(in.substr(0, piece_), now)) {
      in.remove_prefix(std::min(piece_, in.size()));
    }
    std::string out;
    session_->take(out, SIZE_MAX / 2);
    session_->abandon(H2Error::kCancel);
    require(session_->open_streams() == 0, "no stream is left");
    std::string told;
    for (const FuzzedStream& stream : streams_) {
      require(stream.closed, "every stream is told to be closed");
      // nghttp2 may find a fault in a head before it begins, or when it has begun.
      if (!stream.told.empty()) told.append(stream.told).append("\n");
    }
    return told;
  }

  H2Stream& open_stream() override { return streams_.emplace_back(); }

  void on_request(H2Stream& stream, const RequestHead& head, bool whole) override {
    FuzzedStream& one = of(stream);
    require(one.told.empty(), "a head is told once and first");
    std::string text;
    RequestHeadWriter writer(text);
    require(writer.begin(head.method, head.target, head.host), "target and host can be written");
    writer.forward(head.fields);
    writer.end(head.framing, head.content_length);
    RequestHead again;
    const HeadResult result = parse_request_head(text, {}, again);
    require(result.outcome == Outcome::kComplete && result.consumed == text.size(),
            "what goes on is one head and no more");
    require(again.framing == head.framing || head.framing == Framing::kNone,
            "and is framed the same");
    one.told = "head " + text + (whole ? " whole" : "");
    if (head.path.size() % 3 == 1) answer(one, 200);
    if (head.path.size() % 3 == 2) session_->pause(one);
  }
  void on_refused(H2Stream& stream, Refusal refusal) override {
    FuzzedStream& one = of(stream);
    require(one.told.empty() && refusal != Refusal::kNone, "a refusal is all that is told");
    one.told = "refused " + std::string(to_string(refusal));
    answer(one, status_of(refusal));
  }
  void on_data(H2Stream& stream, std::string_view bytes) override {
    require(of(stream).told.starts_with("head ") && !of(stream).closed, "data follows a head");
    require(!of(stream).answered, "nothing is told after the answer");
    of(stream).told += bytes;
  }
  void on_stream_end(H2Stream& stream) override {
    FuzzedStream& one = of(stream);
    require(one.told.starts_with("head ") && !one.closed, "an end follows a head");
    one.told += " end";
    if (!one.answered) answer(one, 200);
  }
  void on_sent(H2Stream& stream) override { require(!of(stream).closed, "only of open ones"); }
  void on_stream_closed(H2Stream& stream, H2Error) override {
    require(!of(stream).closed, "a stream closes once");
    of(stream).closed = true;
  }
  void on_goodbye_heard() override {}

 private:
  static FuzzedStream& of(H2Stream& stream) { return static_cast<FuzzedStream&>(stream); }
  void answer(FuzzedStream& stream, int status) {
    stream.answered = true;
    session_->respond(stream, status, "today", "x-a: 1\r\n", 5, false);
    session_->write(stream, "hello");
    session_->finish(stream);
  }

  const size_t piece_;
  RequestHead scratch_;
  std::deque<FuzzedStream> streams_;
  std::unique_ptr<H2Session> session_;
};

// What comes behind a client's goodbye is served or not, as it is cut: nghttp2 reads a call to its
// end, and none after it when no stream is left. The connection ends either way.
void end_at_goodbye(std::string& in) {
  constexpr size_t kFrameHead = 9;
  for (size_t at = kH2Preface.size(); at + kFrameHead <= in.size();) {
    const auto byte = [&](size_t i) { return static_cast<uint8_t>(in[at + i]); };
    constexpr uint8_t kGoaway = 7;
    const bool goodbye = byte(3) == kGoaway;
    at += kFrameHead + (size_t{byte(0)} << 16 | size_t{byte(1)} << 8 | byte(2));
    if (goodbye && at < in.size()) in.resize(at);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string in(reinterpret_cast<const char*>(data), size);
  if (!std::string_view(in).starts_with("PRI ")) {
    in.insert(0, std::string(kH2Preface).append("\0\0\0\4\0\0\0\0\0", 9));
  }
  end_at_goodbye(in);
  const std::string whole = Server(in.size()).serve(in);
  require(Server(1).serve(in) == whole, "byte by byte is the same");
  require(Server(13).serve(in) == whole, "in thirteens is the same");
  return 0;
}
