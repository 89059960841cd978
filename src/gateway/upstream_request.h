#pragma once
// The head that goes to the upstream, written from the parsed request (rules 5 and 6): lower-case
// names, framing by the codec, hop-by-hop fields dropped, and what the upstream may not see
// removed. Pure; appends to a string of the caller's.

#include <string>
#include <string_view>

#include "http/head.h"

namespace slipway::gateway {

struct ModelRequest {
  std::string_view target;  // on the replica: path and query
  std::string_view puid;
  std::string_view user = {};    // the client that was admitted; "" on a public route
  std::string_view peer = {};    // "address:port" of the client
  bool encrypted = false;        // it came over TLS
  std::string_view prefix = {};  // what was taken from the front of the path, when anything was
  std::string_view traceparent = {};  // when the client sent none
  bool websocket = false;             // it asks to go on in it
};

// With Seldon-Puid, X-Forwarded-For/-Proto/-Prefix and traceparent; without Authorization and
// Cookie (they are for us, not for a model) and without a client's own X-Forwarded-User (design.md
// §4), however it is spelled: only `user` is named so. What proxies before us said in
// X-Forwarded-For stands in a line before ours.
void write_model_request(std::string& out, const http::RequestHead& head,
                         const ModelRequest& request);

// The request as it is, with X-Forwarded-For/-Proto/-Host. `peer` is "address:port" of the client;
// `encrypted`: it came over TLS.
void write_control_request(std::string& out, const http::RequestHead& head, std::string_view peer,
                           bool encrypted = false);

// The address part of a peer: "127.0.0.1:51234" -> "127.0.0.1", "[::1]:80" -> "::1".
std::string_view peer_address(std::string_view peer);

}  // namespace slipway::gateway
