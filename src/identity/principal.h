#pragma once
// Who a request comes from, as found out from a credential. A plain value; api turns it into
// control's Caller.

#include <string>
#include <vector>

namespace slipway::identity {

struct Principal {
  std::string user;
  bool admin = false;
  std::vector<std::string> groups;
  bool may_write = false;  // false for a read-only token
  std::string token_id;    // the API token that was shown
  bool operator==(const Principal&) const = default;
};

}  // namespace slipway::identity
