#pragma once
// One request of the gateway's own to control, over a connection of its own, with the whole reply
// in memory: how snapshots are fetched and traffic is reported. Not for clients' requests (see
// ProxyExchange).
//
// Lives on the gateway's main reactor; its owner may destroy it at any time, which cancels it.

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/body_reader.h"
#include "http/h1_head_parser.h"
#include "os/reactor.h"

namespace slipway::gateway {

struct ControlReply {
  int status = 0;
  std::string content_type;
  std::string body;
};

class ControlCall final : public os::StreamHandler {
 public:
  // Called once, from the loop; may destroy the call.
  using Done = std::function<void(Result<ControlReply>)>;

  // `request` is a whole HTTP/1.1 request that says `connection: close`; not one with HEAD.
  ControlCall(os::Reactor& reactor, const os::Address& address, std::string request,
              std::chrono::milliseconds timeout, size_t max_body_bytes, Done done);
  ~ControlCall() override;

 private:
  void on_connected() override;
  void on_bytes(std::string_view bytes) override;
  void on_end() override;
  void on_closed(int error) override;
  void read_body(std::string_view bytes);
  void finish(Result<ControlReply> result);

  os::Reactor& reactor_;
  const std::string request_;
  const size_t max_body_bytes_;
  Done done_;
  os::Stream* stream_ = nullptr;
  os::Timer timer_;
  std::string head_bytes_;
  bool head_done_ = false;
  http::HeadScan scan_;
  http::BodyReader body_;
  ControlReply reply_;
};

}  // namespace slipway::gateway
