#include "api/lasting_caller.h"

#include <algorithm>

namespace slipway::api {

LastingCaller::LastingCaller(const RouteCall& call)
    : authenticate_(call.authenticate), caller_(call.caller) {
  for (const char* name : {"Authorization", "Cookie"}) {
    if (has_field(call.request, name)) {
      credential_.fields.emplace_back(name, std::string(call.request.field(name)));
    }
  }
  credential_.peer = call.request.peer;
}

Result<void> LastingCaller::check() {
  TRY_ASSIGN(control::Caller now, authenticate_(credential_));
  if (now.groups != caller_.groups || now.platform_admin != caller_.platform_admin) {
    return fail(ErrorCode::kDenied, "your groups have changed; connect again");
  }
  caller_ = std::move(now);
  return {};
}

}  // namespace slipway::api
