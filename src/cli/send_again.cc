#include "cli/send_again.h"

namespace slipway::cli {
namespace {

constexpr int kAttempts = 3;
constexpr std::chrono::milliseconds kBetweenAttempts{500};

}  // namespace

Result<ApiReply> create_once(const Outside& outside, const ApiClient& client,
                             const Json& document) {
  const call::Headers key = {{"Idempotency-Key", outside.fresh_key()}};
  Result<ApiReply> made = client.post("/api/v1/deployments", document, key);
  for (int attempt = 1;
       attempt < kAttempts && !made && made.error().code == ErrorCode::kUnavailable; ++attempt) {
    outside.sleep(kBetweenAttempts);
    made = client.post("/api/v1/deployments", document, key);
  }
  return made;
}

}  // namespace slipway::cli
