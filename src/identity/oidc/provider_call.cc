#include "identity/oidc/provider_call.h"

#include <fmt/format.h>

#include "base/json.h"

namespace slipway::identity::oidc {
namespace {

constexpr std::chrono::seconds kLongestCall{10};
constexpr size_t kLongestAnswer = size_t{1024} * 1024;

}  // namespace

call::Call provider_call(const std::string& url, const std::string& ca_file) {
  call::Call call;
  call.url = url;
  call.headers = {{"Accept", "application/json"}};
  call.total_timeout = kLongestCall;
  call.max_response_bytes = kLongestAnswer;
  call.ca_file = ca_file;
  return call;
}

Result<call::Answer> reach_provider(const Send& send, const call::Call& call,
                                    std::string_view what) {
  Result<call::Answer> answer = send(call);
  if (answer) return answer;
  return fail(ErrorCode::kUnavailable, fmt::format("the OpenID provider does not give {}: {}", what,
                                                   answer.error().message));
}

Result<Json> object_of(const call::Answer& answer, const call::Call& call, std::string_view what) {
  if (answer.status != 200) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the OpenID provider does not give {}: status {} at {}", what,
                            answer.status, call.url));
  }
  auto document = parse_json(answer.body, {.bytes = kLongestAnswer, .depth = 16});
  if (!document || !document->is_object()) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the OpenID provider does not give {}: no JSON object is at {}", what,
                            call.url));
  }
  return std::move(*document);
}

Result<Json> ask_provider(const Send& send, const call::Call& call, std::string_view what) {
  TRY_ASSIGN(const call::Answer answer, reach_provider(send, call, what));
  return object_of(answer, call, what);
}

std::string text_member(const Json& object, std::string_view name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

}  // namespace slipway::identity::oidc
