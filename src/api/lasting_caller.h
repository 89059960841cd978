#pragma once
// The caller of an answer that takes long: asks again and again whether the credential still holds,
// so that a stream ends when a token is revoked, a session is over or a group is left. Lives in the
// stream; one thread.

#include "api/routes.h"
#include "base/result.h"
#include "control/caller.h"

namespace slipway::api {

class LastingCaller {
 public:
  explicit LastingCaller(const RouteCall& call);

  // kUnauthenticated when the credential ended, kDenied when it may see other groups than at first.
  Result<void> check();
  const control::Caller& caller() const { return caller_; }

 private:
  std::function<Result<control::Caller>(const Request&)> authenticate_;
  Request credential_;  // the fields only
  control::Caller caller_;
};

}  // namespace slipway::api
