#include "gateway/upstream_request.h"

#include <algorithm>

#include "gateway/websocket.h"
#include "http/connection_fields.h"
#include "http/head_writer.h"

namespace slipway::gateway {
namespace {

using http::header_bit;
using http::HeaderId;

// HTTP/1.0 clients may leave Host out, HTTP/1.1 servers insist on it.
constexpr std::string_view kNoHost = "localhost";

constexpr uint64_t kNotForModels =
    header_bit(HeaderId::kAuthorization) | header_bit(HeaderId::kCookie) |
    header_bit(HeaderId::kXForwardedUser) | header_bit(HeaderId::kXForwardedProto) |
    header_bit(HeaderId::kXForwardedPrefix) | header_bit(HeaderId::kSeldonPuid) |
    header_bit(HeaderId::kExpect) | header_bit(HeaderId::kHost);

// Expect has been answered by us, since we read the body.
constexpr uint64_t kNotForControl =
    header_bit(HeaderId::kExpect) | header_bit(HeaderId::kHost) |
    header_bit(HeaderId::kXForwardedFor) | header_bit(HeaderId::kXForwardedProto) |
    header_bit(HeaderId::kXForwardedHost) | header_bit(HeaderId::kXForwardedUser);

// "X.Forwarded.User", "x~forwarded-user": some server of a model may fold them into one name.
bool resembles_forwarded_user(const http::Field& field) {
  constexpr std::string_view kName = "x-forwarded-user";
  if (field.id != HeaderId::kOther || field.name.size() != kName.size()) return false;
  for (size_t i = 0; i < kName.size(); ++i) {
    const char c = http::ascii_lower(field.name[i]);
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_word ? c != kName[i] : kName[i] != '-') return false;
  }
  return true;
}

void forward_but_forged(http::RequestHeadWriter& writer, const http::Fields& fields) {
  const http::ConnectionFields connection(fields);
  for (const http::Field& field : fields) {
    if ((kNotForModels & header_bit(field.id)) == 0 && !resembles_forwarded_user(field) &&
        connection.forwardable(field)) {
      writer.copy(field);
    }
  }
}

std::string_view proto_of(bool encrypted) { return encrypted ? "https" : "http"; }

std::string_view host_of(const http::RequestHead& head) {
  return head.host.empty() ? kNoHost : head.host;
}

}  // namespace

void write_model_request(std::string& out, const http::RequestHead& head,
                         const ModelRequest& request) {
  http::RequestHeadWriter writer(out);
  writer.begin(head.method, request.target, host_of(head));
  const http::Fields& fields = head.fields;
  if (!fields.has(HeaderId::kOther) ||
      std::none_of(fields.begin(), fields.end(), &resembles_forwarded_user)) {
    writer.forward(head.fields, kNotForModels);
  } else {
    forward_but_forged(writer, head.fields);
  }
  writer.field(HeaderId::kXForwardedFor, peer_address(request.peer));
  writer.field(HeaderId::kXForwardedProto, proto_of(request.encrypted));
  if (!request.prefix.empty()) writer.field(HeaderId::kXForwardedPrefix, request.prefix);
  if (!request.user.empty()) writer.field(HeaderId::kXForwardedUser, request.user);
  if (!request.traceparent.empty()) writer.field(HeaderId::kTraceparent, request.traceparent);
  writer.field(HeaderId::kSeldonPuid, request.puid);
  if (request.websocket) return writer.end_upgrade(kWebsocket);
  writer.end(head.framing, head.content_length);
}

void write_control_request(std::string& out, const http::RequestHead& head, std::string_view peer,
                           bool encrypted) {
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
  writer.field(HeaderId::kXForwardedProto, proto_of(encrypted));
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
