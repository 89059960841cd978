#pragma once
// How a client and a replica agree to go on in WebSocket (RFC 6455 §4), as far as the hop between
// them must know: both heads name the protocol, and the rest, Sec-WebSocket-*, is between the two.
// What they say then passes unread. Pure.

#include <string_view>

#include "http/head.h"

namespace slipway::gateway {

inline constexpr std::string_view kWebsocket = "websocket";

// The request asks for it. False for any other protocol: nobody has to answer such a wish.
bool asks_for_websocket(const http::RequestHead& head);
// The 101 is an answer to that.
bool switches_to_websocket(const http::ResponseHead& head);

}  // namespace slipway::gateway
