#include "gateway/model_call.h"

namespace slipway::gateway {

using http::HeaderId;

bool is_grpc(const http::RequestHead& head) {
  constexpr std::string_view kType = "application/grpc";
  const std::string_view type = head.fields.value(HeaderId::kContentType);
  if (head.method != http::Method::kPost || !type.starts_with(kType)) return false;
  return type.size() == kType.size() || type[kType.size()] == '+' || type[kType.size()] == ';';
}

Service service_of(Destination destination, http::Method method) {
  switch (destination) {
    case Destination::kFeedback:
      return Service::kFeedback;
    case Destination::kModelStatus:
    case Destination::kReadiness:
    case Destination::kLiveness:
      return Service::kStatus;
    case Destination::kModelMetadata:
      return Service::kMetadata;
    case Destination::kPassThrough:
      return method == http::Method::kPost ? Service::kPredictions : Service::kOther;
    default:
      return Service::kPredictions;
  }
}

std::string_view replica_path(const Decision& decision, const snapshot::Route& route) {
  switch (decision.destination) {
    case Destination::kFeedback:
      return "/send-feedback";
    case Destination::kModelStatus:
      return "/health/status";
    case Destination::kModelMetadata:
      return "/metadata";
    case Destination::kPassThrough:
      return decision.rest;
    default:
      return route.prediction_path;
  }
}

}  // namespace slipway::gateway
