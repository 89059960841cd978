#pragma once
// What the API answered. Apart from api_client.h, as it needs the whole of JSON.

#include <string>

#include "base/json.h"

namespace slipway::cli {

struct ApiReply {
  int status = 0;
  Json body;  // null when there was none
  std::string etag;
};

}  // namespace slipway::cli
