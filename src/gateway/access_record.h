#pragma once
// What the access log says of one request to an endpoint, in place and of fixed size, so that the
// request path writes it without allocating. Values; whoever holds one.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "gateway/grpc_status.h"
#include "gateway/request_series.h"
#include "gateway/worker_metrics.h"
#include "http/head.h"

namespace slipway::gateway {

// Text of at most kMost bytes; what is longer is cut.
template <size_t kMost>
class ShortText {
  static_assert(kMost < 256);

 public:
  void set(std::string_view text) {
    size_ = static_cast<uint8_t>(std::min(text.size(), kMost));
    text.copy(bytes_.data(), size_);
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  uint8_t size_ = 0;
  std::array<char, kMost> bytes_;  // not cleared: only the first size_ are ever read
};

// What the request came by.
enum class Protocol : uint8_t { kHttp10, kHttp11, kHttp2, kGrpc };
constexpr std::string_view to_string(Protocol protocol) {
  switch (protocol) {
    case Protocol::kHttp10:
      return "HTTP/1.0";
    case Protocol::kHttp11:
      return "HTTP/1.1";
    case Protocol::kHttp2:
      return "HTTP/2";
    case Protocol::kGrpc:
      return "gRPC";
  }
  return "";
}

struct AccessRecord {
  Monotonic began{};                      // the request's head was whole
  std::chrono::microseconds queued{0};    // every replica was at its limit
  std::chrono::microseconds upstream{0};  // since its last replica was chosen
  std::chrono::microseconds total{0};
  uint64_t received = 0;  // bytes of bodies
  uint64_t sent = 0;
  uint16_t status = 0;  // what the caller saw; 499: it went away first
  uint8_t attempts = 0;
  Service service = Service::kPredictions;
  http::Method method = http::Method::kPost;
  Protocol protocol = Protocol::kHttp11;
  int8_t grpc_status = kNoGrpcStatus;
  std::string_view tls;               // its version, static text; empty: none
  Failure failure = Failure::kCount;  // why there was no good answer; kCount: a replica's own words
  ShortText<63> deployment;
  ShortText<63> client;   // of a private endpoint; empty: public, or not let in
  ShortText<95> replica;  // empty: none was chosen
  ShortText<95> puid;
};

}  // namespace slipway::gateway
