#include "api/answer_once.h"

#include <fmt/format.h>

#include "api/idempotency.h"

namespace slipway::api {
namespace {

// A request, so that two of them are the same when this is.
std::string text_of(const Request& request) {
  return fmt::format("{} {}?{}\n{}\n{}", http::to_string(request.method), request.path,
                     request.query, request.field("If-Match"), request.body);
}

Result<Reply> repeated(control::KeptAnswer answer) {
  if (answer.showed_secret) {
    return fail(ErrorCode::kConflict,
                fmt::format("this was done already, and answered with {}; the answer showed a "
                            "secret, which is not shown twice. If it was lost, make a new one",
                            answer.status));
  }
  Reply reply;
  reply.status = answer.status;
  reply.content_type = std::move(answer.content_type);
  reply.body = std::move(answer.body);
  reply.fields = std::move(answer.fields);
  reply.fields.emplace_back("Idempotency-Replayed", "true");
  return reply;
}

// Says that a key is not in use any more, however its request went.
class UnderWay {
 public:
  UnderWay(control::KeptAnswers& answers, const std::string& user, const std::string& key)
      : answers_(answers), user_(user), key_(key) {}
  ~UnderWay() { answers_.end(user_, key_); }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  control::KeptAnswers& answers_;
  const std::string& user_;
  const std::string& key_;
};

}  // namespace

bool takes_idempotency_key(const Route& route) {
  return route.method == http::Method::kPost && route.access != Access::kAnyone &&
         route.access != Access::kInternal;
}

Result<Reply> answer_once(control::KeptAnswers& answers, const Route& route,
                          const RouteCall& call) {
  if (!takes_idempotency_key(route) || route.text.repeat == Repeat::kUseCase) {
    return route.handler(call);
  }
  TRY_ASSIGN(const auto key, idempotency_key(call.request));
  if (!key) return route.handler(call);
  const std::string& user = call.caller.user;
  const std::string request = text_of(call.request);
  TRY_ASSIGN(auto earlier, answers.begin(user, *key, request));
  if (earlier) return repeated(std::move(*earlier));

  const UnderWay under_way(answers, user, *key);
  Result<Reply> reply = route.handler(call);
  if (reply && reply->status < 400) {
    const bool secret = route.text.repeat == Repeat::kShowsSecret;
    control::KeptAnswer kept{.status = reply->status, .showed_secret = secret};
    if (!secret) {
      kept.content_type = reply->content_type;
      kept.body = reply->body;
      kept.fields = reply->fields;
    }
    // It is done, whatever becomes of this: a repeat is then told that it was cut off.
    (void)answers.keep(user, *key, request, kept);
    return reply;
  }
  // What failed inside may have been done or not: its claim stays.
  if (reply || reply.error().code != ErrorCode::kInternal) (void)answers.forget(user, *key);
  return reply;
}

}  // namespace slipway::api
