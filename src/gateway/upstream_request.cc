#include "gateway/upstream_request.h"

#include "http/head_writer.h"

namespace slipway::gateway {
namespace {

using http::header_bit;
using http::HeaderId;

// HTTP/1.0 clients may leave Host out, HTTP/1.1 servers insist on it.
constexpr std::string_view kNoHost = "localhost";

constexpr uint64_t kNotForModels =
    header_bit(HeaderId::kAuthorization) | header_bit(HeaderId::kCookie) |
    header_bit(HeaderId::kXForwardedUser) | header_bit(HeaderId::kSeldonPuid) |
    header_bit(HeaderId::kExpect) | header_bit(HeaderId::kHost);

// Expect has been answered by us, since we read the body.
constexpr uint64_t kNotForControl =
    header_bit(HeaderId::kExpect) | header_bit(HeaderId::kHost) |
    header_bit(HeaderId::kXForwardedFor) | header_bit(HeaderId::kXForwardedProto) |
    header_bit(HeaderId::kXForwardedHost) | header_bit(HeaderId::kXForwardedUser);

std::string_view host_of(const http::RequestHead& head) {
  return head.host.empty() ? kNoHost : head.host;
}

}  // namespace

void write_model_request(std::string& out, const http::RequestHead& head,
                         std::string_view prediction_path, std::string_view puid) {
  http::RequestHeadWriter writer(out);
  writer.begin(head.method, prediction_path, host_of(head));
  writer.forward(head.fields, kNotForModels);
  writer.field(HeaderId::kSeldonPuid, puid);
  writer.end(head.framing, head.content_length);
}

void write_control_request(std::string& out, const http::RequestHead& head, std::string_view peer) {
  http::RequestHeadWriter writer(out);
  writer.begin(head.method, head.target, host_of(head));
  writer.forward(head.fields, kNotForControl);
  const std::string_view before = head.fields.value(HeaderId::kXForwardedFor);
  const std::string_view client = peer_address(peer);
  if (before.empty()) {
    writer.field(HeaderId::kXForwardedFor, client);
  } else {
    writer.field(HeaderId::kXForwardedFor, std::string(before).append(", ").append(client));
  }
  writer.field(HeaderId::kXForwardedProto, "http");
  writer.field(HeaderId::kXForwardedHost, host_of(head));
  writer.end(head.framing, head.content_length);
}

std::string_view peer_address(std::string_view peer) {
  const size_t colon = peer.rfind(':');
  if (colon == std::string_view::npos) return peer;
  peer = peer.substr(0, colon);
  if (peer.size() >= 2 && peer.front() == '[' && peer.back() == ']') {
    peer = peer.substr(1, peer.size() - 2);
  }
  return peer;
}

}  // namespace slipway::gateway
