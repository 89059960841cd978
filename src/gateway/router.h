#pragma once
// Where a request goes, decided from method and path alone: one of a deployment's endpoints, or
// control, or nowhere. First of the phases route -> auth -> limits -> balance -> exchange.
//
// Pure. Paths are matched as received and never normalised; what would need it is refused before
// control sees it, so that gateway and control cannot disagree about which resource is meant.

#include <string_view>

#include "http/head.h"

namespace slipway::gateway {

enum class Destination {
  kPrediction,        // POST /deployment/<id>/api/v{0.1,1.0}/predictions
  kFeedback,          // POST /deployment/<id>/api/v{0.1,1.0}/feedback
  kPreflight,         // OPTIONS on one of them: answered here (CORS)
  kMethodNotAllowed,  // any other method on one of them: 405 with Allow
  kNoSuchPath,        // 404: below /deployment/, or control's internal paths
  kBadPath,           // 400: a path that must be normalised to mean anything
  kControl            // everything else: the API and the UI
};

struct Decision {
  Destination destination = Destination::kControl;
  std::string_view deployment;  // of the first four destinations; a part of the path
};

Decision route(http::Method method, std::string_view path);

}  // namespace slipway::gateway
