#include "domain/webhook.h"

#include <algorithm>

#include "domain/text_rules.h"

namespace slipway::domain {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds kPauses[] = {seconds(5), seconds(30), minutes(2), minutes(10),
                               hours(1),   hours(5),    hours(8),   hours(10)};
constexpr size_t kMostNameCharacters = 80;

}  // namespace

const std::vector<std::string_view>& notice_types() {
  static const std::vector<std::string_view> types = {
      kDeployedNotice, kFailedNotice, kRecoveredNotice, kQuotaNotice, kCertificateNotice};
  return types;
}

bool is_notice_type(std::string_view type) {
  const auto& types = notice_types();
  return std::find(types.begin(), types.end(), type) != types.end();
}

std::optional<seconds> retry_pause(int tries) {
  if (tries < 1 || tries > static_cast<int>(std::size(kPauses))) return std::nullopt;
  return kPauses[tries - 1];
}

std::optional<std::string> check_webhook_name(std::string_view name) {
  if (trimmed(name).empty()) return "must be given";
  return check_text(name, kMostNameCharacters, Lines::kOne);
}

}  // namespace slipway::domain
