#include "snapshot/ip_literal.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace slipway::snapshot {

bool is_ip_literal(std::string_view text) {
  // inet_pton wants a terminated string; it parses text and calls no system.
  std::array<char, INET6_ADDRSTRLEN> terminated = {};
  if (text.empty() || text.size() >= terminated.size()) return false;
  if (text.find('\0') != std::string_view::npos) return false;
  std::copy(text.begin(), text.end(), terminated.begin());
  std::array<unsigned char, sizeof(in6_addr)> address;
  return inet_pton(AF_INET, terminated.data(), address.data()) == 1 ||
         inet_pton(AF_INET6, terminated.data(), address.data()) == 1;
}

}  // namespace slipway::snapshot
