// A replica of HTTP/2 that says anything to a request, and to the next one when it left the
// connection good. Claims: a head is told before data, data before the end, an end or a loss once
// and nothing after it; a head that is told can be written for a client, and trailers are whole
// lines; a connection is good only after an end. An input gets the server's SETTINGS in front.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/h2_client.h"
#include "http/head_writer.h"
#include "support/require.h"

namespace {

using namespace slipway::http;
using slipway::test::require;

class Asker final : public H2ClientReceiver {
 public:
  void hear(std::string_view in, size_t piece) {
    ask();
    while (!in.empty() && client_.hear(in.substr(0, piece))) {
      in.remove_prefix(std::min(piece, in.size()));
      flush();
      if (!client_.reusable()) continue;
      require(over_ && !lost_, "a good connection has told an end");
      client_.begin_next();
      head_ = over_ = false;
      ask();
    }
    flush();
  }

  void on_response(const ResponseHead& head, bool ended) override {
    require(!head_ && !over_, "one head, and first");
    head_ = true;
    over_ = ended;
    std::string text;
    ResponseHeadWriter writer(text);
    require(head.status >= 200 && head.status <= 599, "a final status");
    writer.begin(head.status);
    writer.forward(head.fields);
  }
  void on_response_data(std::string_view) override { require(head_ && !over_, "data in between"); }
  void on_response_end(std::string_view trailers) override {
    require(head_ && !over_, "one end");
    over_ = true;
    require(trailers.empty() || trailers.ends_with("\r\n"), "trailers are lines");
  }
  void on_response_lost(H2Loss) override {
    require(!over_, "one loss");
    over_ = lost_ = true;
  }

 private:
  void ask() {
    std::string request;
    RequestHeadWriter writer(request);
    require(writer.begin(Method::kPost, "/a.B/C", "replica"), "the request is one");
    writer.end(Framing::kChunked);
    write_chunk(request, "a message");
    require(client_.send(request) && client_.send(kLastChunk), "the request is sent");
    flush();
  }
  void flush() {
    std::string out;
    client_.take(out);
  }

  bool head_ = false;
  bool over_ = false;
  bool lost_ = false;
  ResponseHead scratch_;
  H2Client client_{*this, scratch_};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string in("\0\0\0\4\0\0\0\0\0", 9);
  in.append(reinterpret_cast<const char*>(data), size);
  Asker().hear(in, in.size());
  Asker().hear(in, 1);
  return 0;
}
