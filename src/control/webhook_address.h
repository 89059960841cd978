#pragma once
// Where a webhook may send to. Its URL comes from people who are not trusted with our network, so
// the address that is connected to is judged, not the name: link-local ones (the metadata services
// of clouds among them), multicast, unspecified and reserved ones never; private and loopback ones
// only as far as the operator allows; all forms that carry an IPv4 address in an IPv6 one as the
// former. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace slipway::control {

enum class Reach {
  kPublic,
  kPrivate,  // of this machine or of somebody's own network
  kNever
};
// Of an IP literal as inet_ntop(3) writes it; what is none is kNever.
Reach reach_of(std::string_view address);

// Which private addresses are allowed: none, all of them, or those of some networks.
class PrivateAddresses {
 public:
  // "" none; "all"; or "10.1.0.0/16, fd00:1::/32, 127.0.0.1". kInvalid names what is no network.
  static Result<PrivateAddresses> parse(std::string_view text);
  // "10.0.0.1" and "::ffff:10.0.0.1" are one.
  bool contains(std::string_view address) const;

 private:
  struct Network {
    std::string bytes;  // 4 or 16
    int bits = 0;
  };
  bool all_ = false;
  std::vector<Network> networks_;
};

// kDenied, with what to do, when nobody may connect there.
Result<void> check_address(std::string_view address, const PrivateAddresses& allowed);

// The problem with a URL, or "": http or https, a host that is a name or a plain IP literal, no
// user information, no fragment, at most 2,000 bytes of visible ASCII. An address in it is judged,
// too.
std::string url_problem(std::string_view url, const PrivateAddresses& allowed);

}  // namespace slipway::control
