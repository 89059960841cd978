#pragma once
// One question to the provider that is answered with a JSON object. Blocks for up to 10 s; any
// thread. Errors name what was asked and never repeat a secret.

#include <functional>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "base/result.h"
#include "call/http_client.h"

namespace slipway::identity::oidc {

// call::HttpClient::send, or a test's scripted provider.
using Send = std::function<Result<call::Answer>(const call::Call&)>;

// What is the same for every call; the caller adds URL, fields and body.
call::Call provider_call(const std::string& url, const std::string& ca_file);

// The object of a 200. `what` names the thing in errors: "its key set". kUnavailable for another
// status, no answer, or an answer that is no JSON object.
Result<Json> ask_provider(const Send& send, const call::Call& call, std::string_view what);

// The two halves of it, for who wants to look at other statuses, too.
Result<call::Answer> reach_provider(const Send& send, const call::Call& call,
                                    std::string_view what);
Result<Json> object_of(const call::Answer& answer, const call::Call& call, std::string_view what);

// The text member of that name, or "".
std::string text_member(const Json& object, std::string_view name);

}  // namespace slipway::identity::oidc
