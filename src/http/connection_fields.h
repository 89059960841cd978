#pragma once
// Which fields of a parsed head may travel on to the next hop (RFC 9110 §7.6.1): not the hop-by-hop
// ones, not those that Connection names, not those that the codec writes itself. Built per message
// on the stack; holds views of the head. One thread.
//
// The head parser has already refused messages whose Connection names a protected field (Host,
// Authorization, Content-*, X-Forwarded-*).

#include <cstdint>
#include <string_view>

#include "http/head.h"

namespace slipway::http {

// Connection, Keep-Alive, Proxy-*, TE, Trailer, Transfer-Encoding, Upgrade, Content-Length: written
// by the codec or not at all. Expect too: the side that reads the body answers it, and one from
// HTTP/1.0, where it means nothing, would gain a meaning on an HTTP/1.1 hop.
inline constexpr uint64_t kCodecHeaders =
    header_bit(HeaderId::kConnection) | header_bit(HeaderId::kKeepAlive) |
    header_bit(HeaderId::kProxyConnection) | header_bit(HeaderId::kProxyAuthenticate) |
    header_bit(HeaderId::kProxyAuthorization) | header_bit(HeaderId::kTe) |
    header_bit(HeaderId::kTrailer) | header_bit(HeaderId::kTransferEncoding) |
    header_bit(HeaderId::kUpgrade) | header_bit(HeaderId::kContentLength) |
    header_bit(HeaderId::kExpect);

inline constexpr bool is_codec_header(HeaderId id) { return (kCodecHeaders & header_bit(id)) != 0; }

// What a peer may not ask to drop by naming it in Connection. Any case.
bool is_protected_field(std::string_view name);

// What the Connection fields of a head say, together.
struct ConnectionTokens {
  bool close = false;
  bool keep_alive = false;
  bool upgrade = false;
  bool malformed = false;        // something that is not a list of tokens
  bool names_protected = false;  // rule 6: 400
  bool names_fields = false;     // a token other than the three above
};
ConnectionTokens read_connection(const Fields& fields);

class ConnectionFields {
 public:
  explicit ConnectionFields(const Fields& fields);

  // May this field of the same head be sent on? Names with '_' may not: CGI-style servers (WSGI)
  // cannot tell X_Forwarded_User from X-Forwarded-User.
  bool forwardable(const Field& field) const;

 private:
  const Fields& fields_;
  bool names_fields_ = false;
};

}  // namespace slipway::http
