#pragma once
// Where a request goes, decided from method and path alone: one of a deployment's endpoints, or
// control, or nowhere. First of the phases route -> auth -> limits -> balance -> exchange.
//
// Below /deployment/<id> stands Seldon's route table (seldon.md §1.2); every other path is the
// image's own and passes through: /v2/… of the Open Inference Protocol, /v1/… of OpenAI's, a page.
//
// Pure. Paths are matched as received and never normalised; what would need it is refused, so that
// nobody behind here can disagree about which resource is meant.

#include <string_view>

#include "http/head.h"

namespace slipway::gateway {

enum class Destination {
  kPrediction,        // POST api/v{0.1,1.0}/predictions
  kFeedback,          // POST api/v{0.1,1.0}/feedback
  kModelStatus,       // GET api/v{0.1,1.0}/status/<model>: the replica's /health/status
  kModelMetadata,     // GET api/v{0.1,1.0}/metadata/<model>: the replica's /metadata
  kReadiness,         // GET ready, api/v1.0/status, api/v1.0/health/status: answered here
  kLiveness,          // GET live: answered here
  kPassThrough,       // any other path: the replica's own
  kPreflight,         // OPTIONS on one of them: answered here (CORS)
  kMethodNotAllowed,  // any other method on one of them: 405 with Allow
  kNoSuchPath,        // 404: no deployment's path, or control's internal paths
  kBadPath,           // 400: a path that must be normalised to mean anything
  kControl            // everything else: the API and the UI
};

struct Decision {
  Destination destination = Destination::kControl;
  std::string_view deployment = {};  // down to kMethodNotAllowed; a part of the path
  std::string_view rest = {};   // of kPassThrough: the path behind the deployment, with its '/'
  std::string_view allow = {};  // of kPreflight and kMethodNotAllowed
};

Decision route(http::Method method, std::string_view path);

}  // namespace slipway::gateway
