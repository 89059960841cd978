#include "gateway/websocket.h"

#include "http/connection_fields.h"

namespace slipway::gateway {
namespace {

bool names_websocket(const http::Fields& fields) {
  return http::equals_ignoring_case(fields.value(http::HeaderId::kUpgrade), kWebsocket);
}

}  // namespace

bool asks_for_websocket(const http::RequestHead& head) {
  return head.upgrade && head.method == http::Method::kGet && names_websocket(head.fields);
}

bool switches_to_websocket(const http::ResponseHead& head) {
  return http::read_connection(head.fields).upgrade && names_websocket(head.fields);
}

}  // namespace slipway::gateway
