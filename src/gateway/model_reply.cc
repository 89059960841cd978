#include "gateway/model_reply.h"

#include <algorithm>

#include "http/connection_fields.h"

namespace slipway::gateway {
namespace {

using http::HeaderId;

// About the whole origin, too, and without a number.
constexpr std::string_view kDropped[] = {
    "access-control-allow-credentials",
    "clear-site-data",
    "nel",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "strict-transport-security",
};

// Ours say both, where we have any.
bool is_rate_field(std::string_view name) {
  return http::equals_ignoring_case(name, kRateLimit) ||
         http::equals_ignoring_case(name, kRateLimitPolicy);
}

bool passes(const http::Field& field, const AnswerFacts& facts) {
  switch (field.id) {
    // Ours to write, or about the whole origin.
    case HeaderId::kSeldonPuid:
    case HeaderId::kAccessControlAllowOrigin:
    case HeaderId::kSlipwayReplica:
    case HeaderId::kXContentTypeOptions:
    case HeaderId::kSetCookie:
    case HeaderId::kAltSvc:
      return false;
    case HeaderId::kXRequestId:
      return facts.request_id.empty();
    case HeaderId::kOther:
      if (facts.rates != nullptr && is_rate_field(field.name)) return false;
      return std::none_of(std::begin(kDropped), std::end(kDropped), [&](std::string_view name) {
        return http::equals_ignoring_case(field.name, name);
      });
    default:
      return true;
  }
}

// A page of a model must not act in the name of who is signed in: in a sandbox it has an origin of
// its own. What browsers never draw, with nosniff, is spared the field.
bool might_be_drawn(std::string_view content_type) {
  return !content_type.starts_with("application/json") &&
         !content_type.starts_with("text/event-stream");
}
constexpr std::string_view kSandbox =
    "sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts";

// A place on the model's own server is one below its deployment here.
bool is_local_path(std::string_view location, std::string_view deployment) {
  if (!location.starts_with('/') || location.starts_with("//")) return false;
  constexpr std::string_view kPrefix = "/deployment/";
  if (!location.starts_with(kPrefix)) return true;
  location.remove_prefix(kPrefix.size());
  // An image that knows where it is (X-Forwarded-Prefix) has said so already.
  return !location.starts_with(deployment) ||
         (location.size() > deployment.size() && location[deployment.size()] != '/');
}

}  // namespace

void append_answer_fields(std::string& out, const AnswerFacts& facts, std::string& scratch) {
  http::FieldLines lines(http::FieldLines::In::kResponse, out);
  lines.field(HeaderId::kSeldonPuid, facts.puid);
  lines.field(HeaderId::kXContentTypeOptions, "nosniff");
  lines.field(HeaderId::kAccessControlAllowOrigin, "*");
  // Which copy answered: the first question when two replicas disagree.
  if (!facts.replica.empty()) lines.field(HeaderId::kSlipwayReplica, facts.replica);
  if (!facts.request_id.empty()) lines.field(HeaderId::kXRequestId, facts.request_id);
  if (!facts.event_path.empty()) {
    lines.field("ce-id", facts.puid);
    lines.field("ce-specversion", "0.3");
    lines.field("ce-path", facts.event_path);
    scratch.assign("seldon.").append(facts.deployment);
    lines.field("ce-source", scratch);
    scratch.append(".slipway.response");
    lines.field("ce-type", scratch);
  }
  if (facts.rates != nullptr) append_rate_fields(out, *facts.rates);
}

void append_model_reply_fields(std::string& out, const http::Fields& reply,
                               const AnswerFacts& facts, std::string& scratch) {
  http::FieldLines lines(http::FieldLines::In::kResponse, out);
  const http::ConnectionFields connection(reply);
  for (const http::Field& field : reply) {
    if (!passes(field, facts) || !connection.forwardable(field)) continue;
    if (field.id == HeaderId::kLocation && is_local_path(field.value, facts.deployment)) {
      scratch.assign("/deployment/").append(facts.deployment).append(field.value);
      lines.field(HeaderId::kLocation, scratch);
    } else {
      lines.copy(field);
    }
  }
  if (might_be_drawn(reply.value(HeaderId::kContentType))) {
    lines.field(HeaderId::kContentSecurityPolicy, kSandbox);
  }
  append_answer_fields(out, facts, scratch);
}

}  // namespace slipway::gateway
